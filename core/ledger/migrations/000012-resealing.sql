-- What people wrote lies here sealed. What is still sealed with an older data key, or lies here from before there were
-- seals, is sealed anew in small steps: how far each table has come. A row is one table, for ever.
CREATE TABLE resealing (
  name text PRIMARY KEY,                   -- of the table
  version integer NOT NULL DEFAULT 0,      -- a pass over all of it found nothing that is not sealed with this key
  position text,                           -- JSON: key of the last row that this pass has seen; null: at the beginning
  changed bigint NOT NULL DEFAULT 0        -- rows that this pass found
);
INSERT INTO resealing (name) VALUES ('message'), ('post'), ('correction'), ('delivery'), ('attempt'), ('feed');
