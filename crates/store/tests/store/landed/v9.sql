PRAGMA foreign_keys=OFF;
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
INSERT INTO datasets VALUES('cache:otaku',1,'2026-09-21T14:13:21.123456789Z','2026-09-21T14:13:22.123456789Z','2026-09-21T14:13:23.123456789Z','"1"','https://example.org/list.json',1,X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f');
CREATE TABLE episode_override (
    account_id TEXT    NOT NULL,
    trakt_id   INTEGER NOT NULL,
    abs        INTEGER NOT NULL,
    season     INTEGER NOT NULL,
    episode    INTEGER NOT NULL,
    anilist_id INTEGER
) STRICT;
INSERT INTO episode_override VALUES('default',9,5,3,6,NULL);
INSERT INTO episode_override VALUES('default',9,5,3,6,21);
CREATE TABLE locks (
    account_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    owner      TEXT NOT NULL,
    since      TEXT NOT NULL,
    expires    TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO locks VALUES('default','sync','someone','2026-09-21T14:13:24.123456789Z','2026-09-21T14:13:39.123456789Z');
CREATE TABLE logs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message    TEXT NOT NULL,
    level      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
INSERT INTO logs VALUES(1,'line 1','info','2026-09-21T14:13:21.123456789Z');
INSERT INTO logs VALUES(2,'line 2','info','2026-09-21T14:13:22.123456789Z');
INSERT INTO logs VALUES(3,'line 3','info','2026-09-21T14:13:23.123456789Z');
CREATE TABLE placement_evidence (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    evidence   TEXT    NOT NULL, packed BLOB,
    PRIMARY KEY (account_id, anilist_id)
) STRICT;
INSERT INTO placement_evidence VALUES('default',1,'',X'28b52ffd641b027d050042c61721b0271d802481608008c3ee8ad826f4c26c5bcead869f4d24214412e917a4189d0a09bb596e6ec17034140f27ab417b9ad1930f86b6945180d945d94435117ceef5c9e077175532c1eb229a79e4df2a3047b14bc7c3032433c2e30c0446042d2090831426070c16e4eea305dc7db480bbf8a16901776b76487d0e56cbe32ac8074badc85deacea18fd975f23b99d18d2cf4e9182dbba3592726d8b1892097b0882417884536fb20498a7d2fb7602ee9');
INSERT INTO placement_evidence VALUES('default',7,'',X'28b52ffd641b02a5050082461821b0271d802481608008c3ee8ad826f4c699dcb9b41a7e3691921022095f3061cc2a879f59672ea1602c108da7f7d39c76b4e905425b7d145878950469c53d585365f682cbacab52e9041761559547277ade1ab0a6d9a5c5c303a43381d33cea862f20b08314d2010c0de2f3d120be1f1670e7c302ee3e58c09dfbd05880bb9a1d8282e3608928ed2ec9c2d91fdac9ec93f2a55166e8260b1acb8c96ee26a86349ebc4043b9608451722d9c74a52ac79011c5ca7b7');
INSERT INTO placement_evidence VALUES('someone/else',9,'',X'28b52ffd641b02b50500a2861821b0271d802481608008c3ee8ad826f4c6d9da5cda0fe75b4a428824922f98306615879f59672ea1602c108da7aba739eda8d30b84b6d411a05949903db095375753b3b19957594d3411ece53d565533d1f3d680358a5d6a3cbc259d099ce609dc103020b08314d2010c0de2f3d120be1f0de2f36101771f2ce0eea305dca90f8d05b8abe03b58224abb4bb270f6877632fbda43d028337493058d6546375924a86349ebc4043b9634da0544b28f95a458f3029a7bd287');
CREATE TABLE refinery_schema_history(version int4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));
INSERT INTO refinery_schema_history VALUES(1,'initial','2026-09-21T10:00:00.123456789Z','14634164042719591770');
INSERT INTO refinery_schema_history VALUES(2,'placements','2026-09-22T10:00:00.123456789Z','13038902803506158356');
INSERT INTO refinery_schema_history VALUES(3,'run_plays','2026-09-23T10:00:00.123456789Z','9703415396298472415');
INSERT INTO refinery_schema_history VALUES(4,'rewatches','2026-09-24T10:00:00.123456789Z','12715481009107925006');
INSERT INTO refinery_schema_history VALUES(5,'covers','2026-09-25T10:00:00.123456789Z','15633027310571123935');
INSERT INTO refinery_schema_history VALUES(6,'counts','2026-09-26T10:00:00.123456789Z','13860242794684577765');
INSERT INTO refinery_schema_history VALUES(7,'beyond','2026-11-27T19:38:29Z','5149476690766994943');
INSERT INTO refinery_schema_history VALUES(8,'packed','2026-11-27T22:31:46Z','8489811527129850620');
INSERT INTO refinery_schema_history VALUES(9,'appended','2026-11-27T12:00:00Z','2592205113514887100');
CREATE TABLE run_numbers (
    account_id TEXT    NOT NULL PRIMARY KEY,
    last       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO run_numbers VALUES('default',4);
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
INSERT INTO runs VALUES('default',1,'full','auto','2026-09-21T14:13:21.123456789Z',NULL,'running','{"added":{"episodes":3},"found":1}',NULL);
INSERT INTO runs VALUES('default',2,'full','auto','2026-09-21T14:13:22.123456789Z','2026-09-21T14:13:29.123456789Z','complete','{"added":{"episodes":3},"found":2}',3);
INSERT INTO runs VALUES('default',3,'full','auto','2026-09-21T14:13:23.123456789Z',NULL,'running','{"added":{"episodes":3},"found":3}',NULL);
CREATE TABLE sync_progress (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    last_abs   INTEGER NOT NULL,
    updated_at TEXT    NOT NULL, rewatch     INTEGER NOT NULL DEFAULT 0, rewatch_abs INTEGER NOT NULL DEFAULT 0, beyond TEXT,
    PRIMARY KEY (account_id, anilist_id)
) STRICT, WITHOUT ROWID;
INSERT INTO sync_progress VALUES('default',1,3,'2026-09-21T14:13:25.123456789Z',1,1,NULL);
INSERT INTO sync_progress VALUES('default',2,4,'2026-09-21T14:13:25.123456789Z',2,2,'[{"rewatch":2,"abs":4},{"rewatch":0,"abs":6}]');
CREATE TABLE system_config (
    account_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL, packed BLOB,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO system_config VALUES('','map:5','[{"season":1,"starts_at":1},{"season":2,"starts_at":3}]',NULL);
INSERT INTO system_config VALUES('','status:otaku:last-activity','2026-09-21T14:13:23.123456789Z',NULL);
INSERT INTO system_config VALUES('','status:otaku:last-sync','2026-09-21T14:13:21.123456789Z',NULL);
INSERT INTO system_config VALUES('','trakt:show:5:episodes','',X'28b52ffd641f01ed0500520a211f60479d035a51afd9e91ce1b650f75e780f0272265b625b2bb663320800e05c5189c51eaea5e15bb09f123ecd41048b1ff31495a8aaaa99a9aaaa998c5f5b0becd79a4c31956a663de5fe315360f03ca9fde37a713f12d83733d70de2a763cfdaa3fd8173fae90189a1801c46a14950ba45ae9100a944a20844957e0f0f8c9d01c8cda318003e06807844115df282ef8063200b18e0b0e40309034e403eb031c009f80e380632813d2e5c01f2b598cfc1674ded57d58c9c50ceffaafcb5');
INSERT INTO system_config VALUES('','trakt:show:5:version','2026-09-21T14:13:20.123456789Z 4770f6a1dd67c54e',NULL);
INSERT INTO system_config VALUES('default','lastSyncTimestamp','1790000000',NULL);
INSERT INTO system_config VALUES('default','sync:in-flight','{"run":3}',NULL);
INSERT INTO system_config VALUES('default','trakt:refresh_token','refresh',NULL);
INSERT INTO system_config VALUES('default','trakt:token','token',NULL);
INSERT INTO system_config VALUES('someone/else','trakt:token','other',NULL);
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
INSERT INTO unmapped VALUES('default',7,'episodes_missing','season 2 has 12 episodes, the entry 25','[13,14,25]',0,'2026-09-21T14:13:27.123456789Z','2026-09-21T14:13:28.123456789Z','2026','{"media":{"id":7,"mal_id":8,"titles":{"romaji":"Shingeki","english":null},"format":"TV","episodes":25,"start_date":{"year":2024,"month":4,"day":null}},"status":"CURRENT","progress":7,"repeat":1,"completed_at":{"year":null,"month":null,"day":null},"updated_at":1700000000}');
INSERT INTO unmapped VALUES('default',8,'episodes_missing','season 2 has 12 episodes, the entry 25','[13,14,25]',1,'2026-09-21T14:13:28.123456789Z','2026-09-21T14:13:29.123456789Z','2026','{"media":{"id":8,"mal_id":9,"titles":{"romaji":"Shingeki","english":null},"format":"TV","episodes":25,"start_date":{"year":2024,"month":4,"day":null}},"status":"CURRENT","progress":7,"repeat":1,"completed_at":{"year":null,"month":null,"day":null},"updated_at":1700000000}');
CREATE TABLE IF NOT EXISTS "mappings" (
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
    cover      TEXT
) STRICT;
INSERT INTO mappings VALUES('default',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','https://s4.anilist.co/1.png');
INSERT INTO mappings VALUES('default',2,-1,NULL,NULL,NULL,'auto',NULL,NULL,NULL,'manual',NULL,'2026-09-21T14:13:22.123456789Z','https://s4.anilist.co/2.png');
INSERT INTO mappings VALUES('someone/else',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','https://s4.anilist.co/1.png');
CREATE TABLE IF NOT EXISTS "placements" (
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
    earlier     TEXT    NOT NULL
) STRICT;
INSERT INTO placements VALUES('default',1,'0000000000000001','likely','air_dates','episodes_missing','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','[[101,"ffffffffffffffff"],[18446744073709551615,"0000000000000000"]]','{"kind":"episodes","show":101,"spans":[{"first":1,"last":12,"start":{"season":1,"number":13}}]}','[9000001,9000002,9000003,9000004,9000005,9000006,9000007,9000008,9000009,9000010,9000011,9000012]','{"manual":false,"verified":true,"fills":true,"support":3}','{"format":"TV","episodes":25,"began":"2024-04-06"}','[{"until":"2026-09-21T14:13:20.123456789Z","placement":{"kind":"movie","movie":18446744073709551615},"left":[1,2,7],"kept":false}]');
INSERT INTO placements VALUES('default',7,'0000000000000007','unmapped',NULL,NULL,'','2026-09-21T14:13:27.123456789Z','[]',NULL,'[]','{"manual":false,"verified":true,"fills":true,"support":3}',NULL,'[]');
INSERT INTO placements VALUES('someone/else',9,'0000000000000009','likely','air_dates','episodes_missing','Title 9: 進撃 ''n'' "more"','2026-09-21T14:13:29.123456789Z','[[109,"ffffffffffffffff"],[18446744073709551615,"0000000000000000"]]','{"kind":"episodes","show":109,"spans":[{"first":1,"last":12,"start":{"season":1,"number":13}}]}','[9000001,9000002,9000003,9000004,9000005,9000006,9000007,9000008,9000009,9000010,9000011,9000012]','{"manual":false,"verified":true,"fills":true,"support":3}','{"format":"TV","episodes":25,"began":"2024-04-06"}','[{"until":"2026-09-21T14:13:28.123456789Z","placement":{"kind":"movie","movie":18446744073709551615},"left":[1,2,7],"kept":false}]');
CREATE TABLE IF NOT EXISTS "run_plays" (
    account_id TEXT    NOT NULL,
    run_id     INTEGER NOT NULL,
    batch      INTEGER NOT NULL,
    plays      TEXT    NOT NULL,
    count      INTEGER,
    packed     BLOB
) STRICT;
INSERT INTO run_plays VALUES('default',2,0,'',3,X'28b52ffd642701bd0700828e302b80a7cd01602223d299d019105cfbff7c1ba543a2f6f35bea2668fa735c9876e968eb6d2b33c6675212f2aa4ff5548f0d1919714a209ca263ca4adfe2fbc85152725392509de45761fad1fb3ec9b2d3af12d22fa2ac65294ac34cc23063ccc258c0ea37e4826ef55427606600e666abd91a5848a2e1c48230d2beab4f0dda1f4e9f3a1a3cf8367df728297def808ef1e0fb157ad174d4f7d4d51615ccd7a03949fafd156e4ae98a0322220e090a0c0b080def3b585ffd2ea41f0954fae08bed0f2712006acba0626880e4b81a133218e068819801ee68a3f933e0078163cb6b642d068df5997255d98c238c99cc4dd92e61a93db4db6a5d');
INSERT INTO run_plays VALUES('default',2,1,'',3,X'28b52ffd644b01fd070002cf312b80a7cd01602223d299d019109cff6dac8dd22151fbe98aba099afe1c17a65d3ada7a7b77c6f84c4a425e15cda4e85c4ce990529a55a5d746e8fc074e348235a2ce95e81951fa4f3c37072fa67fa9b4e786b08421c8b2944359ce29897301ac4f51c872a369b03ee4dc47c17a3ec15a0b60ad76ad1d1b602db1ac44d2567b67d6b706ef0ca66fab270fce4b1fc68946e757122ea27cff3af1a9703adfc2fb9e821a9f53256acfbf02561a5d71404cc42141816101a1e17d286fbc67d6fa8fc0b551c6f9ce60021300ac8bcc6e19540c0d901c6363420603222d1033c0236df47f061446e0def2da592bc3c72a4db9da6cc6219219cd4dd92e61a93d3bcf7846');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('logs',3);
CREATE UNIQUE INDEX episode_override_once
    ON episode_override (account_id, trakt_id, abs, ifnull(anilist_id, -1));
CREATE INDEX unmapped_counted ON unmapped (account_id, ignored, reason);
CREATE UNIQUE INDEX mappings_once ON mappings (account_id, anilist_id);
CREATE UNIQUE INDEX placements_once ON placements (account_id, anilist_id);
CREATE UNIQUE INDEX run_plays_once ON run_plays (account_id, run_id, batch);
CREATE INDEX run_plays_counted ON run_plays (account_id, run_id, batch, count);
COMMIT;
