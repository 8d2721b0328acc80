-- Time partitions. Ids carry their time (UUIDv7), so a range of ids is a range of time. A month whose days are all
-- archived is dropped, never deleted row by row. What is here already becomes the first partition, as it stands and up
-- to the end of next month (Asia/Shanghai); nothing is copied. Further months are made ahead (partition.ts); the default
-- partition takes what no month has, so that a row is never refused.
--
-- Attempts lie with their message, not with the day they were made: what is open keeps all of its attempts. Deliveries
-- are not partitioned: claims look through all open ones by system, and with 16 partitions claiming and settling cost
-- the server 45 % more (measured). Rows of archived days are removed in small steps; ids are time-ordered, so whole
-- pages of the table and its key become free and are used again.
ALTER TABLE message DROP CONSTRAINT message_post_fkey;
DROP INDEX message_deduplication;

ALTER TABLE message RENAME TO message_first;
ALTER INDEX message_pkey RENAME TO message_first_pkey;
ALTER INDEX message_key RENAME TO message_first_key;
CREATE TABLE message (LIKE message_first INCLUDING ALL) PARTITION BY RANGE (id);
ALTER TABLE message ATTACH PARTITION message_first FOR VALUES FROM (MINVALUE) TO ((lpad(to_hex(1000 * (extract(epoch FROM
  date_trunc('month', now() AT TIME ZONE 'UTC' + interval '8 hours') + interval '2 months')::bigint - 28800)), 12, '0')
  || '70000000000000000000')::uuid);
CREATE TABLE message_default PARTITION OF message DEFAULT;

ALTER TABLE post RENAME TO post_first;
ALTER INDEX post_pkey RENAME TO post_first_pkey;
CREATE TABLE post (LIKE post_first INCLUDING ALL) PARTITION BY RANGE (id);
ALTER TABLE post ATTACH PARTITION post_first FOR VALUES FROM (MINVALUE) TO ((lpad(to_hex(1000 * (extract(epoch FROM
  date_trunc('month', now() AT TIME ZONE 'UTC' + interval '8 hours') + interval '2 months')::bigint - 28800)), 12, '0')
  || '70000000000000000000')::uuid);
CREATE TABLE post_default PARTITION OF post DEFAULT;

ALTER TABLE attempt RENAME TO attempt_first;
ALTER INDEX attempt_pkey RENAME TO attempt_first_pkey;
CREATE TABLE attempt (LIKE attempt_first INCLUDING ALL) PARTITION BY RANGE (message);
ALTER TABLE attempt ATTACH PARTITION attempt_first FOR VALUES FROM (MINVALUE) TO ((lpad(to_hex(1000 * (extract(epoch FROM
  date_trunc('month', now() AT TIME ZONE 'UTC' + interval '8 hours') + interval '2 months')::bigint - 28800)), 12, '0')
  || '70000000000000000000')::uuid);
CREATE TABLE attempt_default PARTITION OF attempt DEFAULT;

ALTER TABLE evidence RENAME TO evidence_first;
ALTER INDEX evidence_pkey RENAME TO evidence_first_pkey;
ALTER INDEX evidence_day_index RENAME TO evidence_first_day;
CREATE TABLE evidence (LIKE evidence_first INCLUDING ALL) PARTITION BY RANGE (id);
ALTER TABLE evidence ATTACH PARTITION evidence_first FOR VALUES FROM (MINVALUE) TO ((lpad(to_hex(1000 * (extract(epoch FROM
  date_trunc('month', now() AT TIME ZONE 'UTC' + interval '8 hours') + interval '2 months')::bigint - 28800)), 12, '0')
  || '70000000000000000000')::uuid);
CREATE TABLE evidence_default PARTITION OF evidence DEFAULT;

-- The rows of a tree, for a day's archive and its audit. They stand together in the order they were written, which is
-- what a BRIN index is made for: it costs an insert nothing that could be measured.
CREATE INDEX message_evidence ON message USING brin (evidence);
CREATE INDEX attempt_evidence ON attempt USING brin (evidence);

-- Every deduplication key. A unique index cannot span partitions, and a key outlives its message: sent again when the
-- message is archived it is still known, and other content under it is still refused.
CREATE TABLE deduplication (
  source text NOT NULL,
  type text NOT NULL,
  deduplication text NOT NULL,
  message uuid NOT NULL,
  canonical_digest bytea NOT NULL,
  PRIMARY KEY (source, type, deduplication)
);
INSERT INTO deduplication (source, type, deduplication, message, canonical_digest)
  SELECT source, type, deduplication, id, canonical_digest FROM message;
-- by age, and which message an id was
CREATE INDEX deduplication_message ON deduplication USING brin (message);
