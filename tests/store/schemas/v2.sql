BEGIN TRANSACTION;
CREATE TABLE cases (
  conversation TEXT NOT NULL, case_id TEXT NOT NULL, number INTEGER NOT NULL, tracker TEXT NOT NULL,
  length INTEGER NOT NULL, issue TEXT, outcome TEXT, wake TEXT, opened_at TEXT NOT NULL,
  updated_at TEXT NOT NULL, PRIMARY KEY (conversation, case_id));
INSERT INTO "cases" VALUES('me','c1',1,'{"state":"order.refund.push","turns":7,"issue":"order.refund","second":"account.banned","stage":"人工","outcome":"solved","origin":"order.refund.kind","phrase":"refund.first","opened":"2026-11-20","slots":{"amount":88,"price":12.5,"urgent":true,"text":"「引号」\"\\\n 😀"},"seen":{"prompt:order.refund.kind":2,"reply:refused":1},"route":["patterns.start","order.refund.kind","order.refund.kind","order.refund.push"],"fresh":["kind","amount","kind"],"candidates":[["order.refund",0.75],["order.lost",0.125]],"questions":["money_or_goods","when"],"unsure":["deadline","reason"],"used":["a1b2c3","fact:seven_days","refund.first"],"evidence":["chat","receipt"],"rests":[["order.refund.kind",2,[]],["order.refund.push",4,["kind","amount"]]],"dues":[["wait","2026-11-23T10:00:00","order.refund.push"],["ask","2026-11-21T10:00:00","order.refund.push"]]}',2,'order.refund','solved',NULL,'2026-11-20T02:00:00Z','2026-11-20T02:00:00Z');
INSERT INTO "cases" VALUES('me','c2',2,'{"state":"order.refund.push","turns":7,"issue":"order.refund","second":"account.banned","stage":"人工","outcome":"solved","origin":"order.refund.kind","phrase":"refund.first","opened":"2026-11-20","slots":{"amount":88,"price":12.5,"urgent":true,"text":"「引号」\"\\\n 😀"},"seen":{"prompt:order.refund.kind":2,"reply:refused":1},"route":["patterns.start","order.refund.kind","order.refund.kind","order.refund.push"],"fresh":["kind","amount","kind"],"candidates":[["order.refund",0.75],["order.lost",0.125]],"questions":["money_or_goods","when"],"unsure":["deadline","reason"],"used":["a1b2c3","fact:seven_days","refund.first"],"evidence":["chat","receipt"],"rests":[["order.refund.kind",2,[]],["order.refund.push",4,["kind","amount"]]],"dues":[["wait","2026-11-23T10:00:00","order.refund.push"],["ask","2026-11-21T10:00:00","order.refund.push"]]}',0,'order.refund',NULL,'2026-11-20T03:00:00Z','2026-11-20T02:00:00Z','2026-11-20T02:00:00Z');
INSERT INTO "cases" VALUES('二号','c1',1,'{"state":"patterns.session_start","turns":1,"opened":"2026-11-20"}',0,NULL,NULL,NULL,'2026-11-20T02:00:00Z','2026-11-20T02:00:00Z');
CREATE TABLE conversations (
  id TEXT PRIMARY KEY, active TEXT, version INTEGER NOT NULL, profile TEXT NOT NULL, updated_at TEXT NOT NULL, sealed TEXT);
INSERT INTO "conversations" VALUES('me','c2',7,'{"zone":"Europe/Paris","quiet":null,"hidden":["〔手机号····5678〕"]}','2026-11-20T02:00:00Z','{"key":"k","values":"v"}');
INSERT INTO "conversations" VALUES('二号','c1',1,'{}','2026-11-20T02:00:00Z',NULL);
CREATE TABLE counts (phrase TEXT NOT NULL, reply TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (phrase, reply));
INSERT INTO "counts" VALUES('two','promised',3);
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, update_id TEXT NOT NULL, conversation TEXT NOT NULL, payload BLOB,
  state TEXT NOT NULL, tries INTEGER NOT NULL, leased_until TEXT, received_at TEXT NOT NULL,
  UNIQUE (channel, update_id));
INSERT INTO "inbox" VALUES(1,'telegram','100','me',NULL,'done',1,NULL,'2026-11-20T02:00:00Z');
INSERT INTO "inbox" VALUES(2,'telegram','99','me',X'00FF207061796C6F6164','new',0,NULL,'2026-11-20T02:00:00Z');
INSERT INTO "inbox" VALUES(4,'console','100','二号',X'7B7D','working',2,'2026-11-20T03:00:00Z','2026-11-20T02:00:00Z');
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, reply_to TEXT NOT NULL, conversation TEXT NOT NULL,
  payload TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, due_at TEXT NOT NULL,
  leased_until TEXT, error TEXT, updated_at TEXT NOT NULL);
INSERT INTO "outbox" VALUES(1,'telegram:100:0','telegram:100','me','{"text":"第一句","copies":[],"buttons":[]}','sent',1,'2026-11-20T02:00:00Z',NULL,NULL,'2026-11-20T02:00:00Z');
INSERT INTO "outbox" VALUES(2,'telegram:100:1','telegram:100','me','{"text":"第二句","copies":[],"buttons":[]}','new',1,'2026-11-20T02:00:00Z',NULL,'429','2026-11-20T02:00:00Z');
INSERT INTO "outbox" VALUES(3,'later','','二号','{"text":"提醒","copies":[],"buttons":[]}','new',0,'2026-11-20T03:00:00Z',NULL,NULL,'2026-11-20T02:00:00Z');
CREATE TABLE turns (
  conversation TEXT NOT NULL, case_id TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL,
  events TEXT NOT NULL, PRIMARY KEY (conversation, case_id, number));
INSERT INTO "turns" VALUES('me','c1',1,'2026-11-20T02:00:00Z','[{"type":"CaseOpened","case":"c1","at":"2026-11-20T02:00:00Z"},{"type":"TurnStarted","number":0,"at":"2026-11-20T02:00:00Z","trigger":"start"},{"type":"Moved","path":["patterns.session_start"]}]');
INSERT INTO "turns" VALUES('me','c1',2,'2026-11-20T02:00:00Z','[{"type":"TurnStarted","number":1,"at":"2026-11-20T02:00:00Z","trigger":"tell"},{"type":"IssueSet","issue":"order.refund"},{"type":"SlotSet","slot":"amount","value":88},{"type":"SlotSet","slot":"order_no","value":"〔订单号······4321〕"},{"type":"Moved","path":["order.refund.kind","order.refund.push"]},{"type":"DueSet","kind":"wait","at":"2026-11-23T10:00:00","state":"order.refund.push"}]');
CREATE INDEX cases_wake ON cases (wake) WHERE wake IS NOT NULL;
CREATE INDEX cases_updated ON cases (updated_at);
CREATE INDEX inbox_open ON inbox (conversation, id) WHERE state IN ('new', 'working');
CREATE INDEX outbox_open ON outbox (conversation, id) WHERE state IN ('new', 'sending');
CREATE INDEX outbox_reply ON outbox (reply_to);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('inbox',4);
INSERT INTO "sqlite_sequence" VALUES('outbox',3);
COMMIT;
PRAGMA user_version = 2;
