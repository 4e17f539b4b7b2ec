-- How far an entry's rewatches are settled: every rewatch before this one, and of it the episodes up
-- to `rewatch_abs`.
ALTER TABLE sync_progress ADD COLUMN rewatch     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_progress ADD COLUMN rewatch_abs INTEGER NOT NULL DEFAULT 0;
