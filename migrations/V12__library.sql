-- What people watch and read, each title as JSON; every change of it, for them to read; and how much of it
-- was on which day.
CREATE TABLE library_items (
    account_id TEXT    NOT NULL,
    id         INTEGER NOT NULL,
    item       TEXT    NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE library_changes (
    account_id TEXT    NOT NULL,
    item       INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    change     TEXT    NOT NULL,
    PRIMARY KEY (account_id, item, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE library_days (
    account_id TEXT    NOT NULL,
    day        TEXT    NOT NULL,
    episodes   INTEGER NOT NULL,
    chapters   INTEGER NOT NULL,
    PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;
