-- `plays` is JSON: what a run sent in one batch. It goes with its run.
CREATE TABLE run_plays (
    account_id TEXT    NOT NULL,
    run_id     INTEGER NOT NULL,
    batch      INTEGER NOT NULL,
    plays      TEXT    NOT NULL,
    PRIMARY KEY (account_id, run_id, batch)
) STRICT, WITHOUT ROWID;

-- The run that took all plays of this one off Trakt again.
ALTER TABLE runs ADD COLUMN undone_by INTEGER;
