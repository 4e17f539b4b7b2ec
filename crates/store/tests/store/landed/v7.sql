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
    updated_at TEXT    NOT NULL, cover TEXT,
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "mappings" VALUES('default',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','https://s4.anilist.co/1.png');
INSERT INTO "mappings" VALUES('default',2,-1,NULL,NULL,NULL,'auto',NULL,NULL,NULL,'manual',NULL,'2026-09-21T14:13:22.123456789Z','https://s4.anilist.co/2.png');
INSERT INTO "mappings" VALUES('someone/else',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','https://s4.anilist.co/1.png');
CREATE TABLE placement_evidence (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    evidence   TEXT    NOT NULL,
    PRIMARY KEY (account_id, anilist_id)
) STRICT;
INSERT INTO "placement_evidence" VALUES('default',1,'{"claims":["claim 0 0000000000000001: season 1","claim 1 0000000000000002: season 1","claim 2 0000000000000004: season 1","claim 3 0000000000000008: season 1","claim 4 0000000000000010: season 1","claim 5 0000000000000020: season 1","claim 6 0000000000000040: season 1","claim 7 0000000000000080: season 1","claim 8 0000000000000100: season 1","claim 9 0000000000000200: season 1","claim 10 0000000000000400: season 1","claim 11 0000000000000800: season 1","claim 12 0000000000001000: season 1","claim 13 0000000000002000: season 1","claim 14 0000000000004000: season 1","claim 15 0000000000008000: season 1","claim 16 0000000000010000: season 1","claim 17 0000000000020000: season 1","claim 18 0000000000040000: season 1","claim 19 0000000000080000: season 1"],"entry":1,"title":"進撃 \"n\""}');
INSERT INTO "placement_evidence" VALUES('default',7,'{"claims":["claim 0 0000000000000007: season 1","claim 1 000000000000000e: season 1","claim 2 000000000000001c: season 1","claim 3 0000000000000038: season 1","claim 4 0000000000000070: season 1","claim 5 00000000000000e0: season 1","claim 6 00000000000001c0: season 1","claim 7 0000000000000380: season 1","claim 8 0000000000000700: season 1","claim 9 0000000000000e00: season 1","claim 10 0000000000001c00: season 1","claim 11 0000000000003800: season 1","claim 12 0000000000007000: season 1","claim 13 000000000000e000: season 1","claim 14 000000000001c000: season 1","claim 15 0000000000038000: season 1","claim 16 0000000000070000: season 1","claim 17 00000000000e0000: season 1","claim 18 00000000001c0000: season 1","claim 19 0000000000380000: season 1"],"entry":7,"title":"進撃 \"n\""}');
INSERT INTO "placement_evidence" VALUES('someone/else',9,'{"claims":["claim 0 0000000000000009: season 1","claim 1 0000000000000012: season 1","claim 2 0000000000000024: season 1","claim 3 0000000000000048: season 1","claim 4 0000000000000090: season 1","claim 5 0000000000000120: season 1","claim 6 0000000000000240: season 1","claim 7 0000000000000480: season 1","claim 8 0000000000000900: season 1","claim 9 0000000000001200: season 1","claim 10 0000000000002400: season 1","claim 11 0000000000004800: season 1","claim 12 0000000000009000: season 1","claim 13 0000000000012000: season 1","claim 14 0000000000024000: season 1","claim 15 0000000000048000: season 1","claim 16 0000000000090000: season 1","claim 17 0000000000120000: season 1","claim 18 0000000000240000: season 1","claim 19 0000000000480000: season 1"],"entry":9,"title":"進撃 \"n\""}');
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
INSERT INTO "placements" VALUES('default',1,'0000000000000001','likely','air_dates','episodes_missing','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','[[101,"ffffffffffffffff"],[18446744073709551615,"0000000000000000"]]','{"kind":"episodes","show":101,"spans":[{"first":1,"last":12,"start":{"season":1,"number":13}}]}','[9000001,9000002,9000003,9000004,9000005,9000006,9000007,9000008,9000009,9000010,9000011,9000012]','{"manual":false,"verified":true,"fills":true,"support":3}','{"format":"TV","episodes":25,"began":"2024-04-06"}','[{"until":"2026-09-21T14:13:20.123456789Z","placement":{"kind":"movie","movie":18446744073709551615},"left":[1,2,7],"kept":false}]');
INSERT INTO "placements" VALUES('default',7,'0000000000000007','unmapped',NULL,NULL,'','2026-09-21T14:13:27.123456789Z','[]',NULL,'[]','{"manual":false,"verified":true,"fills":true,"support":3}',NULL,'[]');
INSERT INTO "placements" VALUES('someone/else',9,'0000000000000009','likely','air_dates','episodes_missing','Title 9: 進撃 ''n'' "more"','2026-09-21T14:13:29.123456789Z','[[109,"ffffffffffffffff"],[18446744073709551615,"0000000000000000"]]','{"kind":"episodes","show":109,"spans":[{"first":1,"last":12,"start":{"season":1,"number":13}}]}','[9000001,9000002,9000003,9000004,9000005,9000006,9000007,9000008,9000009,9000010,9000011,9000012]','{"manual":false,"verified":true,"fills":true,"support":3}','{"format":"TV","episodes":25,"began":"2024-04-06"}','[{"until":"2026-09-21T14:13:28.123456789Z","placement":{"kind":"movie","movie":18446744073709551615},"left":[1,2,7],"kept":false}]');
CREATE TABLE refinery_schema_history(version int4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));
INSERT INTO "refinery_schema_history" VALUES(1,'initial','2026-09-21T10:00:00.123456789Z','14634164042719591770');
INSERT INTO "refinery_schema_history" VALUES(2,'placements','2026-09-22T10:00:00.123456789Z','13038902803506158356');
INSERT INTO "refinery_schema_history" VALUES(3,'run_plays','2026-09-23T10:00:00.123456789Z','9703415396298472415');
INSERT INTO "refinery_schema_history" VALUES(4,'rewatches','2026-09-24T10:00:00.123456789Z','12715481009107925006');
INSERT INTO "refinery_schema_history" VALUES(5,'covers','2026-09-25T10:00:00.123456789Z','15633027310571123935');
INSERT INTO "refinery_schema_history" VALUES(6,'counts','2026-09-26T10:00:00.123456789Z','13860242794684577765');
INSERT INTO "refinery_schema_history" VALUES(7,'beyond','2026-11-27T19:38:29Z','5149476690766994943');
CREATE TABLE run_numbers (
    account_id TEXT    NOT NULL PRIMARY KEY,
    last       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "run_numbers" VALUES('default',4);
CREATE TABLE run_plays (
    account_id TEXT    NOT NULL,
    run_id     INTEGER NOT NULL,
    batch      INTEGER NOT NULL,
    plays      TEXT    NOT NULL, count INTEGER,
    PRIMARY KEY (account_id, run_id, batch)
) STRICT, WITHOUT ROWID;
INSERT INTO "run_plays" VALUES('default',2,0,'[{"anilistId":21,"title":"進撃 ''n'' \"more\"","source":"air_dates","verdict":"likely","movie":9,"plays":[{"abs":1,"at":"2026-09-21T14:14:00.000Z"}]},{"anilistId":21,"title":"進撃 ''n'' \"more\"","source":"air_dates","verdict":"likely","show":18446744073709551615,"plays":[{"abs":2,"slot":[0,3],"id":7,"at":"2026-09-21T14:15:00.000Z","outcome":"removed","historyId":18446744073709551615}]},{"anilistId":21,"title":null,"source":null,"verdict":null,"show":18446744073709551615,"plays":[{"abs":3,"slot":[0,3],"id":18446744073709551615,"at":"unknown"}]}]',3);
INSERT INTO "run_plays" VALUES('default',2,1,'[{"anilistId":21,"title":"進撃 ''n'' \"more\"","source":"air_dates","verdict":"likely","movie":9,"plays":[{"abs":1,"at":"2026-09-21T14:24:00.000Z","rewatch":1}]},{"anilistId":21,"title":"進撃 ''n'' \"more\"","source":"air_dates","verdict":"likely","show":18446744073709551615,"plays":[{"abs":2,"slot":[0,3],"id":7,"at":"2026-09-21T14:25:00.000Z","rewatch":1,"outcome":"removed","historyId":18446744073709551615}]},{"anilistId":21,"title":null,"source":null,"verdict":null,"show":18446744073709551615,"plays":[{"abs":3,"slot":[0,3],"id":18446744073709551615,"at":"unknown","rewatch":1}]}]',3);
CREATE TABLE runs (
    account_id  TEXT    NOT NULL,
    id          INTEGER NOT NULL,
    mode        TEXT    NOT NULL,
    "trigger"   TEXT    NOT NULL,
    started_at  TEXT    NOT NULL,
    finished_at TEXT,
    state       TEXT    NOT NULL,
    report      TEXT    NOT NULL, undone_by INTEGER,
    PRIMARY KEY (account_id, id)
) STRICT;
INSERT INTO "runs" VALUES('default',1,'full','auto','2026-09-21T14:13:21.123456789Z',NULL,'running','{"added":{"episodes":3},"found":1}',NULL);
INSERT INTO "runs" VALUES('default',2,'full','auto','2026-09-21T14:13:22.123456789Z','2026-09-21T14:13:29.123456789Z','complete','{"added":{"episodes":3},"found":2}',3);
INSERT INTO "runs" VALUES('default',3,'full','auto','2026-09-21T14:13:23.123456789Z',NULL,'running','{"added":{"episodes":3},"found":3}',NULL);
CREATE TABLE sync_progress (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    last_abs   INTEGER NOT NULL,
    updated_at TEXT    NOT NULL, rewatch     INTEGER NOT NULL DEFAULT 0, rewatch_abs INTEGER NOT NULL DEFAULT 0, beyond TEXT,
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "sync_progress" VALUES('default',1,3,'2026-09-21T14:13:25.123456789Z',1,1,NULL);
INSERT INTO "sync_progress" VALUES('default',2,4,'2026-09-21T14:13:25.123456789Z',2,2,'[{"rewatch":2,"abs":4},{"rewatch":0,"abs":6}]');
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
CREATE INDEX run_plays_counted ON run_plays (account_id, run_id, batch, count);
CREATE INDEX unmapped_counted ON unmapped (account_id, ignored, reason);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('logs',3);
COMMIT;
