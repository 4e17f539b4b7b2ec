-- What sources of titles answered, for everybody, until it is too old or too much.
CREATE TABLE answers (
    key        TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    good_until TEXT NOT NULL
) STRICT;

CREATE INDEX answers_newest ON answers (fetched_at);
