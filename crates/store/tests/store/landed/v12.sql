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
CREATE TABLE documents (
    collection TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "documents" VALUES('accounts','default','{"number":1,"id":"default","username":"mio","fullName":null,"email":null,"password":"$argon2id$v=19$m=19456,t=2,p=1$agxier5alitO4AhVXtM47A$0zFh9xIk0eh5vI9x67tsJ7N1VScC9Tn2K9boHxKWihM","identity":null,"version":1,"role":"administrator","disabled":false,"createdAt":"2026-11-28T05:55:36.868Z"}');
INSERT INTO "documents" VALUES('accounts','u2','{"number":2,"id":"u2","username":"yui","fullName":null,"email":null,"password":"$argon2id$v=19$m=19456,t=2,p=1$wwx2nPk4dPdXJ3l31RukYw$Ctj/q9Av1cGJLD8ukXpob5hR3zFYdslCk5M/5/Th900","identity":null,"version":1,"role":"member","disabled":false,"createdAt":"2026-11-28T05:55:36.947Z"}');
INSERT INTO "documents" VALUES('accounts:names','mio','default');
INSERT INTO "documents" VALUES('accounts:names','yui','u2');
INSERT INTO "documents" VALUES('credentials','NH-GHd6_9haEPMb0CoNjJEPPJal6eupAuTpWhbPVY6E','{"key":"NH-GHd6_9haEPMb0CoNjJEPPJal6eupAuTpWhbPVY6E","kind":"invitation","account":"default","label":"","readOnly":false,"tries":0,"createdAt":"2026-11-28T05:55:37.077Z","usedAt":null,"expiresAt":"2026-12-05T05:55:37.077Z"}');
INSERT INTO "documents" VALUES('credentials:default','NH-GHd6_9haEPMb0CoNjJEPPJal6eupAuTpWhbPVY6E','');
INSERT INTO "documents" VALUES('service','last-account','2');
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
CREATE TABLE library_changes (
    account_id TEXT    NOT NULL,
    item       INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    change     TEXT    NOT NULL,
    PRIMARY KEY (account_id, item, version)
) STRICT, WITHOUT ROWID;
INSERT INTO "library_changes" VALUES('default',1,3,'{"item":1,"version":3,"at":"2026-09-21T14:13:22.123456789Z","by":"you","fields":[{"field":"progress","before":2,"after":3}]}');
INSERT INTO "library_changes" VALUES('default',2,2,'{"item":2,"version":2,"at":"2026-09-21T14:13:21.123456789Z","by":"import","added":true,"fields":[{"field":"title","before":null,"after":"Title 2"}],"why":"it is only there"}');
CREATE TABLE library_days (
    account_id TEXT    NOT NULL,
    day        TEXT    NOT NULL,
    episodes   INTEGER NOT NULL,
    chapters   INTEGER NOT NULL,
    PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;
INSERT INTO "library_days" VALUES('default','2026-09-21',2,1);
CREATE TABLE library_items (
    account_id TEXT    NOT NULL,
    id         INTEGER NOT NULL,
    item       TEXT    NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "library_items" VALUES('default',1,'{"id":1,"kind":"anime","origin":"anilist","work":{"title":"Title 1: 進撃 ''n'' \"more\"","names":{"romaji":"Shingeki","english":"Title 1","native":"進撃"},"cover_url":"https://s4.anilist.co/1.jpg","max_progress":12,"max_progress_by_hand":true,"ids":{"anilist":1,"mal":2,"kitsu":3},"format":"tv","site_url":"https://anilist.co/anime/1","release_status":"finished","year":2013,"episode_minutes":24},"entry":{"status":"current","progress":3,"score":85,"started":{"year":2026,"month":5,"day":null},"repeats":1,"notes":"a ''note''\nof two lines","private":true},"created_at":"2026-09-21T14:13:21.123456789Z","updated_at":"2026-09-21T14:13:22.123456789Z"}');
INSERT INTO "library_items" VALUES('default',2,'{"id":2,"kind":"manga","origin":"local","work":{"title":"Title 2","names":{},"ids":{},"max_volumes":4},"entry":{"status":"on-hold","progress":7,"progress_volumes":1},"created_at":"2026-09-21T14:13:21.123456789Z","updated_at":"2026-09-21T14:13:21.123456789Z"}');
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
, account_id TEXT) STRICT;
INSERT INTO "logs" VALUES(1,'line 1','info','2026-09-21T14:13:21.123456789Z',NULL);
INSERT INTO "logs" VALUES(2,'line 2','info','2026-09-21T14:13:22.123456789Z',NULL);
INSERT INTO "logs" VALUES(3,'line 3','info','2026-09-21T14:13:23.123456789Z','u2');
CREATE TABLE "mappings" (
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
INSERT INTO "mappings" VALUES('default',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','https://s4.anilist.co/1.png');
INSERT INTO "mappings" VALUES('default',2,-1,NULL,NULL,NULL,'auto',NULL,NULL,NULL,'manual',NULL,'2026-09-21T14:13:22.123456789Z','https://s4.anilist.co/2.png');
INSERT INTO "mappings" VALUES('someone/else',1,101,201,'tt0000001',301,'manual','show',2,12,'manual','Title 1: 進撃 ''n'' "more"','2026-09-21T14:13:21.123456789Z','https://s4.anilist.co/1.png');
CREATE TABLE placement_evidence (
    account_id TEXT    NOT NULL,
    anilist_id INTEGER NOT NULL,
    evidence   TEXT    NOT NULL, packed BLOB,
    PRIMARY KEY (account_id, anilist_id)
) STRICT;
INSERT INTO "placement_evidence" VALUES('default',1,'',X'28B52FFD641B027D050042C61721B0271D802481608008C3EE8AD826F4C26C5BCEAD869F4D24214412E917A4189D0A09BB596E6EC17034140F27AB417B9AD1930F86B6945180D945D94435117CEEF5C9E077175532C1EB229A79E4DF2A3047B14BC7C3032433C2E30C0446042D2090831426070C16E4EEA305DC7DB480BBF8A16901776B76487D0E56CBE32AC8074BADC85DEACEA18FD975F23B99D18D2CF4E9182DBBA3592726D8B1892097B0882417884536FB20498A7D2FB7602EE9');
INSERT INTO "placement_evidence" VALUES('default',7,'',X'28B52FFD641B02A5050082461821B0271D802481608008C3EE8AD826F4C699DCB9B41A7E3691921022095F3061CC2A879F59672EA1602C108DA7F7D39C76B4E905425B7D145878950469C53D585365F682CBACAB52E9041761559547277ADE1AB0A6D9A5C5C303A43381D33CEA862F20B08314D2010C0DE2F3D120BE1F1670E7C302EE3E58C09DFBD05880BB9A1D8282E3608928ED2EC9C2D91FDAC9EC93F2A55166E8260B1ACB8C96EE26A86349EBC4043B9608451722D9C74A52AC79011C5CA7B7');
INSERT INTO "placement_evidence" VALUES('someone/else',9,'',X'28B52FFD641B02B50500A2861821B0271D802481608008C3EE8AD826F4C6D9DA5CDA0FE75B4A428824922F98306615879F59672EA1602C108DA7ABA739EDA8D30B84B6D411A05949903DB095375753B3B19957594D3411ECE53D565533D1F3D680358A5D6A3CBC259D099CE609DC103020B08314D2010C0DE2F3D120BE1F0DE2F36101771F2CE0EEA305DCA90F8D05B8ABE03B58224ABB4BB270F6877632FBDA43D028337493058D6546375924A86349EBC4043B9634DA0544B28F95A458F3029A7BD287');
CREATE TABLE "placements" (
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
INSERT INTO "refinery_schema_history" VALUES(8,'packed','2026-11-27T22:31:46Z','8489811527129850620');
INSERT INTO "refinery_schema_history" VALUES(9,'appended','2026-11-27T12:00:00Z','2592205113514887100');
INSERT INTO "refinery_schema_history" VALUES(10,'documents','2026-11-27T12:00:00Z','13429114622705295325');
INSERT INTO "refinery_schema_history" VALUES(11,'log_accounts','2026-11-27T12:00:00Z','10521144006992997585');
INSERT INTO "refinery_schema_history" VALUES(12,'library','2026-11-28T06:53:38Z','16244082335149042446');
CREATE TABLE run_numbers (
    account_id TEXT    NOT NULL PRIMARY KEY,
    last       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "run_numbers" VALUES('default',4);
CREATE TABLE "run_plays" (
    account_id TEXT    NOT NULL,
    run_id     INTEGER NOT NULL,
    batch      INTEGER NOT NULL,
    plays      TEXT    NOT NULL,
    count      INTEGER,
    packed     BLOB
) STRICT;
INSERT INTO "run_plays" VALUES('default',2,0,'',3,X'28B52FFD642701BD0700828E302B80A7CD01602223D299D019105CFBFF7C1BA543A2F6F35BEA2668FA735C9876E968EB6D2B33C6675212F2AA4FF5548F0D1919714A209CA263CA4ADFE2FBC85152725392509DE45761FAD1FB3EC9B2D3AF12D22FA2AC65294AC34CC23063CCC258C0EA37E4826EF55427606600E666ABD91A5848A2E1C48230D2BEAB4F0DDA1F4E9F3A1A3CF8367DF728297DEF808EF1E0FB157AD174D4F7D4D51615CCD7A03949FAFD156E4AE98A0322220E090A0C0B080DEF3B585FFD2EA41F0954FAE08BED0F2712006ACBA0626880E4B81A133218E068819801EE68A3F933E0078163CB6B642D068DF5997255D98C238C99CC4DD92E61A93DB4DB6A5D');
INSERT INTO "run_plays" VALUES('default',2,1,'',3,X'28B52FFD644B01FD070002CF312B80A7CD01602223D299D019109CFF6DAC8DD22151FBE98ABA099AFE1C17A65D3ADA7A7B77C6F84C4A425E15CDA4E85C4CE990529A55A5D746E8FC074E348235A2CE95E81951FA4F3C37072FA67FA9B4E786B08421C8B2944359CE29897301AC4F51C872A369B03EE4DC47C17A3EC15A0B60AD76AD1D1B602DB1AC44D2567B67D6B706EF0CA66FAB270FCE4B1FC68946E757122EA27CFF3AF1A9703ADFC2FB9E821A9F53256ACFBF02561A5D71404CC42141816101A1E17D286FBC67D6FA8FC0B551C6F9CE60021300AC8BCC6E19540C0D901C6363420603222D1033C0236DF47F061446E0DEF2DA592BC3C72A4DB9DA6CC6219219CD4DD92E61A93D3BCF7846');
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
    value      TEXT NOT NULL, packed BLOB,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "system_config" VALUES('','map:5','[{"season":1,"starts_at":1},{"season":2,"starts_at":3}]',NULL);
INSERT INTO "system_config" VALUES('','status:otaku:last-activity','2026-09-21T14:13:23.123456789Z',NULL);
INSERT INTO "system_config" VALUES('','status:otaku:last-sync','2026-09-21T14:13:21.123456789Z',NULL);
INSERT INTO "system_config" VALUES('','trakt:show:5:episodes','',X'28B52FFD641F01ED0500520A211F60479D035A51AFD9E91CE1B650F75E780F0272265B625B2BB663320800E05C5189C51EAEA5E15BB09F123ECD41048B1FF31495A8AAAA99A9AAAA998C5F5B0BECD79A4C31956A663DE5FE315360F03CA9FDE37A713F12D83733D70DE2A763CFDAA3FD8173FAE90189A1801C46A14950BA45AE9100A944A20844957E0F0F8C9D01C8CDA318003E06807844115DF282EF8063200B18E0B0E40309034E403EB031C009F80E380632813D2E5C01F2B598CFC1674DED57D58C9C50CEFFAAFCB5');
INSERT INTO "system_config" VALUES('','trakt:show:5:version','2026-09-21T14:13:20.123456789Z 4770f6a1dd67c54e',NULL);
INSERT INTO "system_config" VALUES('default','lastSyncTimestamp','1790000000',NULL);
INSERT INTO "system_config" VALUES('default','library:mark','{"version":3,"last":2}',NULL);
INSERT INTO "system_config" VALUES('default','sync:in-flight','{"run":3}',NULL);
INSERT INTO "system_config" VALUES('default','trakt:refresh_token','refresh',NULL);
INSERT INTO "system_config" VALUES('default','trakt:token','token',NULL);
INSERT INTO "system_config" VALUES('someone/else','trakt:token','other',NULL);
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
CREATE UNIQUE INDEX episode_override_once
    ON episode_override (account_id, trakt_id, abs, ifnull(anilist_id, -1));
CREATE INDEX unmapped_counted ON unmapped (account_id, ignored, reason);
CREATE UNIQUE INDEX mappings_once ON mappings (account_id, anilist_id);
CREATE UNIQUE INDEX placements_once ON placements (account_id, anilist_id);
CREATE UNIQUE INDEX run_plays_once ON run_plays (account_id, run_id, batch);
CREATE INDEX run_plays_counted ON run_plays (account_id, run_id, batch, count);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('logs',3);
COMMIT;
