-- Where entries were placed. `basis` is a digest, 16 hexadecimal digits. `shows`, `placement`,
-- `episode_ids`, `weight`, `work` and `earlier` are JSON.
CREATE TABLE placements (
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
    earlier     TEXT    NOT NULL,
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;

-- What the placements rest on, as JSON. It stands apart, since it is large and seldom read.
CREATE TABLE placement_evidence (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    evidence   TEXT    NOT NULL,
    PRIMARY KEY (account_id, anilist_id)
) STRICT;
