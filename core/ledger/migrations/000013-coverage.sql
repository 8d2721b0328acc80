-- Coverage (两个一律): of what departments accepted, what reached the systems above, by item and day, and what is late.
--
-- The item a message is about (事项实施编码), where its type declares it. It stands in the narrow row that every message has:
-- counting a day reads no rows as long as what was posted, and no document, which lies sealed.
ALTER TABLE deduplication ADD COLUMN item text;
-- By when it was promised: the document's own time or the step's `within`, the earlier one, as they were at acceptance.
-- null: nothing was promised. Never the moment of the next attempt, which is due_at.
ALTER TABLE delivery ADD COLUMN promised_at timestamptz;

-- One row a day of acceptance (Asia/Shanghai), department, type, item and target that occurred. It counts messages, not
-- deliveries. Kept for ever: it stays when the day is archived, and is some thousand rows a day at most.
CREATE TABLE coverage (
  day date NOT NULL,
  source text NOT NULL,
  type text NOT NULL,
  item text NOT NULL,                      -- '': none is known
  system text NOT NULL,                    -- '': no step sends it anywhere
  accepted integer NOT NULL,
  delivered integer NOT NULL,
  dead integer NOT NULL,
  skipped integer NOT NULL,
  open integer NOT NULL,
  promised integer NOT NULL,               -- those for which a time was promised
  late integer NOT NULL,                   -- of these: delivered after it, or not yet though it is over
  PRIMARY KEY (day, source, type, item, system)
);

-- Days that were counted, one small row each, kept. A day with something left is counted again until nothing is.
CREATE TABLE coverage_day (
  day date PRIMARY KEY,
  counted_at timestamptz NOT NULL,
  remaining integer NOT NULL DEFAULT 0     -- open or dead when it was counted, or opened again since
);
CREATE INDEX coverage_day_remaining ON coverage_day (counted_at) WHERE remaining > 0;
