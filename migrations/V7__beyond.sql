-- What is settled of an entry beyond its mark, as JSON: what was sent together may arrive in part.
ALTER TABLE sync_progress ADD COLUMN beyond TEXT;
