-- What is remembered of people's lists at services: what was agreed there on each title, and what runs told them.
CREATE TABLE notes (
    account_id TEXT NOT NULL,
    topic      TEXT NOT NULL,
    key        TEXT NOT NULL,
    note       TEXT NOT NULL,
    PRIMARY KEY (account_id, topic, key)
) STRICT, WITHOUT ROWID;
