-- Times are text, RFC 3339 in UTC with nine decimals, so that their order is the order of the text.
-- `account_id` says whose a record is. What belongs to everybody has the account ''.
-- Trakt's ids have 64 bits and are stored as signed numbers.

CREATE TABLE system_config (
    account_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE mappings (
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
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_progress (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    last_abs   INTEGER NOT NULL,
    updated_at TEXT    NOT NULL,
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sync_progress_newest ON sync_progress (account_id, updated_at DESC, anilist_id);

-- Without an entry, a correction holds for every entry of the show.
CREATE TABLE episode_override (
    account_id TEXT    NOT NULL,
    trakt_id   INTEGER NOT NULL,
    abs        INTEGER NOT NULL,
    season     INTEGER NOT NULL,
    episode    INTEGER NOT NULL,
    anilist_id INTEGER
) STRICT;

CREATE UNIQUE INDEX episode_override_once
    ON episode_override (account_id, trakt_id, abs, ifnull(anilist_id, -1));

-- `entry` and `episodes` are JSON: the entry as last seen, and its own numbers that wait.
CREATE TABLE unmapped (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    episodes   TEXT    NOT NULL,
    ignored    INTEGER NOT NULL,
    since      TEXT    NOT NULL,
    tried_at   TEXT    NOT NULL,
    tried_with TEXT    NOT NULL,
    entry      TEXT    NOT NULL,
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;

-- `report` is JSON.
CREATE TABLE runs (
    account_id  TEXT    NOT NULL,
    id          INTEGER NOT NULL,
    mode        TEXT    NOT NULL,
    "trigger"   TEXT    NOT NULL,
    started_at  TEXT    NOT NULL,
    finished_at TEXT,
    state       TEXT    NOT NULL,
    report      TEXT    NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT;

-- The last number given to a run. The runs themselves are trimmed and cannot tell.
CREATE TABLE run_numbers (
    account_id TEXT    NOT NULL PRIMARY KEY,
    last       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE logs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message    TEXT NOT NULL,
    level      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- `contents` is the compressed index. It stands last: what is known of it is read without it.
CREATE TABLE datasets (
    name          TEXT    NOT NULL PRIMARY KEY,
    count         INTEGER NOT NULL,
    last_sync     TEXT    NOT NULL,
    changed_at    TEXT    NOT NULL,
    last_activity TEXT,
    etag          TEXT,
    url           TEXT    NOT NULL,
    format        INTEGER NOT NULL,
    contents      BLOB    NOT NULL
) STRICT;

CREATE TABLE locks (
    account_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    owner      TEXT NOT NULL,
    since      TEXT NOT NULL,
    expires    TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;
