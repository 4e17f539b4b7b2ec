-- A long text stands in `packed`, as a Zstandard stream, and then its own column is empty.
ALTER TABLE system_config      ADD COLUMN packed BLOB;
ALTER TABLE run_plays          ADD COLUMN packed BLOB;
ALTER TABLE placement_evidence ADD COLUMN packed BLOB;

-- Every batch of a sync wrote to three of its pages. The newest of a few thousand rows are found
-- without it, and only looked for again after a change.
DROP INDEX sync_progress_newest;
