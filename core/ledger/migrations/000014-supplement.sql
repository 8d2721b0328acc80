-- Supplement tasks (补传任务): what platforms want sent again, or for the first time. One row a task, kept; its records are
-- forgotten QIAO_KEEP days after it was done.
CREATE TABLE supplement (
  id uuid PRIMARY KEY,
  system text NOT NULL,
  task text NOT NULL,                      -- the platform's own id
  -- waiting: for a person · open: being executed · telling: done, the platform is to be told · done
  state text NOT NULL CHECK (state IN ('waiting', 'open', 'telling', 'done')),
  reason text,                             -- as the platform says
  deadline timestamptz,
  wishes text NOT NULL,                    -- JSON: which records, as the platform names them
  operator text,                           -- who had it executed: hub, or a person
  why text,                                -- and why, where a person did
  accepted_at timestamptz NOT NULL DEFAULT now(),
  found_at timestamptz,                    -- its records stand in supplement_record
  finished_at timestamptz,                 -- each of them is delivered or refused
  told_at timestamptz,
  untold text,                             -- why telling failed last
  tries integer NOT NULL DEFAULT 0,        -- of telling
  due_at timestamptz NOT NULL DEFAULT now(), -- when it is worked on next; while somebody does, when others may
  -- accepted once, however often it is handed out and however many hubs ask
  UNIQUE (system, task)
);
CREATE INDEX supplement_finished ON supplement (finished_at) WHERE state = 'done';
CREATE INDEX supplement_due ON supplement (due_at) WHERE state <> 'done';

CREATE TABLE supplement_record (
  supplement uuid NOT NULL,
  name text NOT NULL,                      -- of the record, as both sides know it
  members text NOT NULL,                   -- JSON: the same in parts
  message uuid,                            -- null: never accepted here
  step text,
  -- new · sent: again, on its way · linked: it was on its way, or dead · delivered · later: left, its key went on ·
  -- unknown: never accepted here · gone: an operator skipped it
  state text NOT NULL DEFAULT 'new'
    CHECK (state IN ('new', 'sent', 'linked', 'delivered', 'later', 'unknown', 'gone')),
  PRIMARY KEY (supplement, name)
);
CREATE INDEX supplement_record_open ON supplement_record (supplement, name) WHERE state IN ('new', 'sent', 'linked');

-- When a system was asked for tasks last: whichever hub comes first asks. One row a system.
CREATE TABLE supplement_poll (
  system text PRIMARY KEY,
  polled_at timestamptz NOT NULL DEFAULT now()
);
