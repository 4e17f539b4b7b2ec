-- Rows of these stand in the order in which they were written, and a small index finds them: in the order
-- of the ids a run wrote to nearly every page of a table with each part of a list.
CREATE TABLE mappings_appended (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    trakt_id   INTEGER NOT NULL,
    tmdb_id    INTEGER,
    imdb_id    TEXT,
    tvdb_id    INTEGER,
    type       TEXT    NOT NULL,
    media_type TEXT,
    season     INTEGER,
    "offset"   INTEGER,
    source     TEXT    NOT NULL,
    title      TEXT,
    updated_at TEXT    NOT NULL,
    cover      TEXT
) STRICT;

INSERT INTO mappings_appended
    SELECT account_id, anilist_id, trakt_id, tmdb_id, imdb_id, tvdb_id, type, media_type, season, "offset",
           source, title, updated_at, cover
    FROM mappings;
DROP TABLE mappings;
ALTER TABLE mappings_appended RENAME TO mappings;
CREATE UNIQUE INDEX mappings_once ON mappings (account_id, anilist_id);

CREATE TABLE placements_appended (
    account_id  TEXT    NOT NULL,
    anilist_id  INTEGER NOT NULL,
    basis       TEXT    NOT NULL,
    verdict     TEXT    NOT NULL,
    source      TEXT,
    reason      TEXT,
    detail      TEXT    NOT NULL,
    placed_at   TEXT    NOT NULL,
    shows       TEXT    NOT NULL,
    placement   TEXT,
    episode_ids TEXT    NOT NULL,
    weight      TEXT    NOT NULL,
    work        TEXT,
    earlier     TEXT    NOT NULL
) STRICT;

INSERT INTO placements_appended
    SELECT account_id, anilist_id, basis, verdict, source, reason, detail, placed_at, shows, placement,
           episode_ids, weight, work, earlier
    FROM placements;
DROP TABLE placements;
ALTER TABLE placements_appended RENAME TO placements;
CREATE UNIQUE INDEX placements_once ON placements (account_id, anilist_id);

CREATE TABLE run_plays_appended (
    account_id TEXT    NOT NULL,
    run_id     INTEGER NOT NULL,
    batch      INTEGER NOT NULL,
    plays      TEXT    NOT NULL,
    count      INTEGER,
    packed     BLOB
) STRICT;

INSERT INTO run_plays_appended
    SELECT account_id, run_id, batch, plays, count, packed FROM run_plays;
DROP TABLE run_plays;
ALTER TABLE run_plays_appended RENAME TO run_plays;
-- With the count, so that what is counted is counted in these.
CREATE UNIQUE INDEX run_plays_once ON run_plays (account_id, run_id, batch);
CREATE INDEX run_plays_counted ON run_plays (account_id, run_id, batch, count);
