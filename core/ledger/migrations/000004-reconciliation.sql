-- Reconciliations: what this hub delivered to a system on a day, against what the system says it received. Only the outcome
-- is kept; the ids of both sides stand in reconciliation_id while a run goes on.
CREATE TABLE reconciliation (
  id uuid PRIMARY KEY,
  system text NOT NULL,
  day date NOT NULL,                       -- Asia/Shanghai
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  sent integer NOT NULL DEFAULT 0,         -- delivered here on that day
  received integer NOT NULL DEFAULT 0,     -- as the system says
  missing integer NOT NULL DEFAULT 0,
  extra integer NOT NULL DEFAULT 0,
  different integer NOT NULL DEFAULT 0,
  open integer NOT NULL DEFAULT 0,         -- accepted on that day and not delivered yet
  reason text,                             -- why it failed
  operator text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  touched_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
-- what hubs begin by themselves they begin once, however many there are
CREATE UNIQUE INDEX reconciliation_once ON reconciliation (system, day) WHERE operator = 'hub';
CREATE INDEX reconciliation_day ON reconciliation (day, system);

CREATE TABLE reconciliation_id (
  run uuid NOT NULL,
  name text NOT NULL,                      -- of the record, as both sides know it
  message uuid,                            -- null: not sent from here
  step text,
  inside boolean NOT NULL DEFAULT false,   -- settled on the very day, not only near its ends
  own bytea,                               -- SM3 of the compared values as they were sent
  there boolean NOT NULL DEFAULT false,
  theirs bytea,
  PRIMARY KEY (run, name)
);

-- resolved: what became of a difference; null: nothing yet
CREATE TABLE difference (
  run uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('missing', 'extra', 'different')),
  name text NOT NULL,
  message uuid,
  step text,
  resolved text,
  PRIMARY KEY (run, kind, name)
);

-- Deliveries by when they were done, for a day of a system.
CREATE INDEX delivery_settled ON delivery USING brin (settled_at);
