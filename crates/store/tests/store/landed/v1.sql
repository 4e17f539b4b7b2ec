BEGIN TRANSACTION;
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
INSERT INTO "datasets" VALUES('cache:otaku',1,'2026-09-21T14:13:21.123456789Z','2026-09-21T14:13:22.123456789Z','2026-09-21T14:13:23.123456789Z','"1"','https://example.org/list.json',1,X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F');
CREATE TABLE episode_override (
    account_id TEXT    NOT NULL,
    trakt_id   INTEGER NOT NULL,
    abs        INTEGER NOT NULL,
    season     INTEGER NOT NULL,
    episode    INTEGER NOT NULL,
    anilist_id INTEGER
) STRICT;
INSERT INTO "episode_override" VALUES('default',9,5,3,6,NULL);
INSERT INTO "episode_override" VALUES('default',9,5,3,6,21);
CREATE TABLE locks (
    account_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    owner      TEXT NOT NULL,
    since      TEXT NOT NULL,
    expires    TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "locks" VALUES('default','sync','someone','2026-09-21T14:13:24.123456789Z','2026-09-21T14:13:39.123456789Z');
CREATE TABLE logs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message    TEXT NOT NULL,
    level      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
INSERT INTO "logs" VALUES(1,'line 1','info','2026-09-21T14:13:21.123456789Z');
INSERT INTO "logs" VALUES(2,'line 2','info','2026-09-21T14:13:22.123456789Z');
INSERT INTO "logs" VALUES(3,'line 3','info','2026-09-21T14:13:23.123456789Z');
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
INSERT INTO "mappings" VALUES('default',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z');
INSERT INTO "mappings" VALUES('default',2,-1,NULL,NULL,NULL,'auto',NULL,NULL,NULL,'manual',NULL,'2026-09-21T14:13:22.123456789Z');
INSERT INTO "mappings" VALUES('someone/else',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z');
CREATE TABLE refinery_schema_history(version int4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));
INSERT INTO "refinery_schema_history" VALUES(1,'initial','2026-09-21T10:00:00.123456789Z','14634164042719591770');
CREATE TABLE run_numbers (
    account_id TEXT    NOT NULL PRIMARY KEY,
    last       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "run_numbers" VALUES('default',4);
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
INSERT INTO "runs" VALUES('default',1,'full','auto','2026-09-21T14:13:21.123456789Z',NULL,'running','{"added":{"episodes":3},"found":1}');
INSERT INTO "runs" VALUES('default',2,'full','auto','2026-09-21T14:13:22.123456789Z','2026-09-21T14:13:29.123456789Z','complete','{"added":{"episodes":3},"found":2}');
INSERT INTO "runs" VALUES('default',3,'full','auto','2026-09-21T14:13:23.123456789Z',NULL,'running','{"added":{"episodes":3},"found":3}');
CREATE TABLE sync_progress (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    last_abs   INTEGER NOT NULL,
    updated_at TEXT    NOT NULL,
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "sync_progress" VALUES('default',1,3,'2026-09-21T14:13:25.123456789Z');
INSERT INTO "sync_progress" VALUES('default',2,4,'2026-09-21T14:13:25.123456789Z');
CREATE TABLE system_config (
    account_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "system_config" VALUES('','map:5','[{"season":1,"starts_at":1},{"season":2,"starts_at":3}]');
INSERT INTO "system_config" VALUES('','status:otaku:last-activity','2026-09-21T14:13:23.123456789Z');
INSERT INTO "system_config" VALUES('','status:otaku:last-sync','2026-09-21T14:13:21.123456789Z');
INSERT INTO "system_config" VALUES('','trakt:show:5:episodes','{"fetchedAt":"2026-09-21T14:13:20.123456789Z","show":{"id":5,"episodes":[{"season":0,"number":1,"abs":1,"id":5001},{"season":1,"number":1,"abs":1,"first_aired":"2026-09-21T14:13:21.123456789Z","id":5101},{"season":1,"number":2,"abs":2,"first_aired":"2026-09-21T14:13:22.123456789Z","id":5102},{"season":2,"number":1,"abs":1,"first_aired":"2026-09-21T14:13:21.123456789Z","id":5201},{"season":2,"number":2,"abs":2,"first_aired":"2026-09-21T14:13:22.123456789Z","id":5202}]},"breakpoints":[{"season":1,"starts_at":1},{"season":2,"starts_at":3}]}');
INSERT INTO "system_config" VALUES('','trakt:show:5:version','2026-09-21T14:13:20.123456789Z 4770f6a1dd67c54e');
INSERT INTO "system_config" VALUES('default','lastSyncTimestamp','1790000000');
INSERT INTO "system_config" VALUES('default','sync:in-flight','{"run":3}');
INSERT INTO "system_config" VALUES('default','trakt:refresh_token','refresh');
INSERT INTO "system_config" VALUES('default','trakt:token','token');
INSERT INTO "system_config" VALUES('someone/else','trakt:token','other');
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
INSERT INTO "unmapped" VALUES('default',7,'episodes_missing','season 2 has 12 episodes, the entry 25','[13,14,25]',0,'2026-09-21T14:13:27.123456789Z','2026-09-21T14:13:28.123456789Z','2026','{"media":{"id":7,"mal_id":8,"titles":{"romaji":"Shingeki","english":null},"format":"TV","episodes":25,"start_date":{"year":2024,"month":4,"day":null}},"status":"CURRENT","progress":7,"repeat":1,"completed_at":{"year":null,"month":null,"day":null},"updated_at":1700000000}');
INSERT INTO "unmapped" VALUES('default',8,'episodes_missing','season 2 has 12 episodes, the entry 25','[13,14,25]',1,'2026-09-21T14:13:28.123456789Z','2026-09-21T14:13:29.123456789Z','2026','{"media":{"id":8,"mal_id":9,"titles":{"romaji":"Shingeki","english":null},"format":"TV","episodes":25,"start_date":{"year":2024,"month":4,"day":null}},"status":"CURRENT","progress":7,"repeat":1,"completed_at":{"year":null,"month":null,"day":null},"updated_at":1700000000}');
CREATE INDEX sync_progress_newest ON sync_progress (account_id, updated_at DESC, anilist_id);
CREATE UNIQUE INDEX episode_override_once
    ON episode_override (account_id, trakt_id, abs, ifnull(anilist_id, -1));
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('logs',3);
COMMIT;
