-- Imports of stock files, one row each, kept: how far a file is taken is written in the transaction that takes its records,
-- so an import that was killed goes on exactly behind the last record that is in.
CREATE TABLE import (
  name text PRIMARY KEY,
  system text NOT NULL,
  message text NOT NULL,                   -- what the system calls it: social / licence
  file text NOT NULL,
  size bigint NOT NULL,                    -- bytes
  digest bytea NOT NULL,                   -- SM3 of the file
  position bigint NOT NULL DEFAULT 0,      -- records read from it so far
  accepted bigint NOT NULL DEFAULT 0,
  duplicates bigint NOT NULL DEFAULT 0,    -- accepted before, by this or another way
  refused bigint NOT NULL DEFAULT 0,
  operator text NOT NULL,
  reason text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
