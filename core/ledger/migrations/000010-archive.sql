-- Days on their way out of the ledger, and back: written to a file and checked, then dropped with their partition, and
-- perhaps restored. A row of a dropped day stays: it says in which file a message stands. One small row a day.
CREATE TABLE archive (
  day date PRIMARY KEY,
  held integer NOT NULL DEFAULT 0,         -- open deliveries and feed rows not yet taken, which keep the day here
  owner text,                              -- who writes its file, so that no two do it at once
  began_at timestamptz,
  lease_until timestamptz,
  file text,                               -- its name
  digest bytea,                            -- SM3 of its bytes
  messages integer,
  archived_at timestamptz,                 -- the file is there and was checked; when it was begun: it has all from before
  dropped_at timestamptz,                  -- the rows are no longer here
  cleared_at timestamptz,                  -- nor what stood of them in tables without partitions
  restored_until timestamptz               -- they are here again, up to then
);

-- Rows of a tree are found by page ranges; a range is summarised when it is full, not only when the table is vacuumed.
DROP INDEX message_evidence;
DROP INDEX attempt_evidence;
DROP INDEX deduplication_message;
CREATE INDEX message_evidence ON message USING brin (evidence) WITH (autosummarize = on);
CREATE INDEX attempt_evidence ON attempt USING brin (evidence) WITH (autosummarize = on);
CREATE INDEX deduplication_message ON deduplication USING brin (message) WITH (autosummarize = on);
