-- What operators send instead of what was accepted. The accepted message stays as it is: a correction stands beside
-- it, whole, with the files it is mapped with, and is never changed. Its id is that of the audited action.
CREATE TABLE correction (
  id uuid PRIMARY KEY,
  message uuid NOT NULL,
  step text,                               -- null: every step that was open then
  canonical text NOT NULL,                 -- JSON
  canonical_digest bytea NOT NULL,         -- SM3 of canonical
  bundle integer NOT NULL,
  operator text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  evidence uuid NOT NULL
);
CREATE INDEX correction_message ON correction (message, id);

-- The correction a delivery goes by; null: it goes by the message. A claim reads this column and nothing else.
ALTER TABLE delivery ADD COLUMN correction uuid;

-- What else an action's leaf covers: the digest of a correction, the filter of a replay of many. JSON.
ALTER TABLE audit ADD COLUMN detail text;
CREATE INDEX audit_evidence ON audit (evidence);
CREATE INDEX audit_delivery ON audit (message, step) WHERE message IS NOT NULL;

-- Dead letters by age, of all systems and of one.
CREATE INDEX delivery_dead ON delivery (seq) WHERE state = 'dead';
CREATE INDEX delivery_dead_system ON delivery (system, seq) WHERE state = 'dead';
-- Deliveries that may hold up their key: no row of one that is delivered at the first attempt ever enters it.
CREATE INDEX delivery_stuck ON delivery (system, seq)
  WHERE state = 'held' OR state = 'dead' OR (state = 'ready' AND attempts > 0);
