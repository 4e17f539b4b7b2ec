-- The address of an entry's picture, at AniList's own image host.
ALTER TABLE mappings ADD COLUMN cover TEXT;
