-- The ledger: what was accepted, what must be delivered, what was tried, and the proof of it all.

-- Every set of mapping files that ever accepted a message, so that the message finishes with what it was pinned to.
CREATE TABLE bundle (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  files bytea NOT NULL,                    -- gzip of a JSON object: file name -> text
  loaded_at timestamptz NOT NULL DEFAULT now()
);

-- One Merkle tree: the receipts of one commit, or the attempts of one settlement.
CREATE TABLE evidence (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('receipts', 'attempts', 'actions')),
  day date NOT NULL,                       -- Asia/Shanghai
  size integer NOT NULL,
  root bytea NOT NULL,                     -- SM3
  signature bytea,                         -- SM2 (DER) over the root; receipts only, the rest is signed by its day
  key_id text
);
CREATE INDEX evidence_day_index ON evidence (day);

-- The chain: one link a day.
CREATE TABLE evidence_day (
  day date PRIMARY KEY,
  entries integer NOT NULL,
  root bytea NOT NULL,                     -- Merkle root over the day's evidence roots, in order of id
  previous bytea NOT NULL,                 -- hash of the link before
  hash bytea NOT NULL,                     -- SM3 of day, entries, root, previous
  signature bytea NOT NULL,
  key_id text NOT NULL,
  closed_at timestamptz NOT NULL DEFAULT now()
);

-- A posted body that held several messages; a body of one message stands in the message itself.
CREATE TABLE post (
  id uuid PRIMARY KEY,
  payload bytea NOT NULL
);

CREATE TABLE message (
  id uuid PRIMARY KEY,
  source text NOT NULL,                    -- the department system
  type text NOT NULL,
  key text NOT NULL,
  deduplication text NOT NULL,
  payload bytea,
  post uuid REFERENCES post (id),
  content_digest bytea NOT NULL,           -- SM3 of the posted bytes
  canonical text NOT NULL,                 -- JSON
  canonical_digest bytea NOT NULL,         -- SM3 of canonical
  bundle integer NOT NULL,
  accepted_at timestamptz NOT NULL,
  evidence uuid NOT NULL,
  leaf integer NOT NULL,                   -- place in the tree of its evidence
  path text NOT NULL                       -- Merkle path, 'L:hex R:hex …'
);
CREATE UNIQUE INDEX message_deduplication ON message (source, type, deduplication);
CREATE INDEX message_key ON message (key);

-- Nonces of signed requests, kept for twice the allowed clock difference.
CREATE TABLE nonce (
  source text NOT NULL,
  nonce text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, nonce)
);

-- state: held (waits for another step) · ready · delivered · duplicate · skipped · dead
CREATE TABLE delivery (
  message uuid NOT NULL,
  step text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY, -- the order of a key
  system text NOT NULL,
  key text NOT NULL,
  lane smallint NOT NULL,
  state text NOT NULL,
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  result text,                             -- JSON that later steps look up
  reason text,
  settled_at timestamptz,
  PRIMARY KEY (message, step)
);
CREATE INDEX delivery_due ON delivery (system, lane, due_at, seq) WHERE state = 'ready';
CREATE INDEX delivery_open ON delivery (system, key, seq) WHERE state IN ('held', 'ready', 'dead');

CREATE TABLE attempt (
  message uuid NOT NULL,
  step text NOT NULL,
  number integer NOT NULL,
  started_at timestamptz NOT NULL,
  duration integer NOT NULL,               -- milliseconds
  outcome text NOT NULL,
  status integer,                          -- HTTP status, or null when no reply came
  request_digest bytea,                    -- SM3 of the bytes that were sent
  reply text,                              -- excerpt, kept when the outcome is not plain success
  reason text,
  evidence uuid NOT NULL,
  leaf integer NOT NULL,
  PRIMARY KEY (message, step, number)
);

-- A lane is a share of a system's keys with one owner at a time. The fence is the fencing token; claimed names
-- what the owner has in flight, so that a successor knows what may have been sent.
CREATE TABLE lane (
  system text NOT NULL,
  lane smallint NOT NULL,
  fence bigint NOT NULL DEFAULT 0,
  owner text,
  lease_until timestamptz,
  poked boolean NOT NULL DEFAULT false,    -- somebody came while the lane was taken: look once more before leaving
  claimed text NOT NULL DEFAULT '[]',
  PRIMARY KEY (system, lane)
) WITH (fillfactor = 50);

-- Datasets that a platform pulls. Positions are handed out under a row lock held to the commit, so a reader that
-- has seen position n can never meet a smaller one later.
CREATE TABLE dataset (
  name text PRIMARY KEY,
  position bigint NOT NULL DEFAULT 0
);
CREATE TABLE feed (
  dataset text NOT NULL,
  position bigint NOT NULL,
  message uuid NOT NULL,
  step text NOT NULL,
  type text NOT NULL,
  key text NOT NULL,
  data text NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset, position)
);
CREATE TABLE feed_ack (
  dataset text NOT NULL,
  system text NOT NULL,
  position bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset, system)
);

-- What operators did.
CREATE TABLE audit (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  operator text NOT NULL,
  action text NOT NULL,
  message uuid,
  step text,
  reason text NOT NULL,
  evidence uuid NOT NULL
);
