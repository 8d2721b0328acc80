// Puts the rows of an archived day back, exactly where and as they were. Whatever is still there stays as it is.
import type { Database, Query } from './database.ts'
import { listPartitions, lockPartitions, makePartition, partitionOf } from './partition.ts'
import { batched } from './values.ts'

/** Makes room for a day: a partition of its own, unless its rows have one. It then goes with a drop, too. */
export async function makeRoom(database: Database, day: string): Promise<void> {
  const own = partitionOf(day)
  await database.transaction(async (query) => {
    await lockPartitions(query)
    const there = await listPartitions(query)
    if (!there.some(({ from, to }) => from <= own.from && own.from < to)) await makePartition(query, own)
  })
}

/** Rows of a table, in the order of its columns here. */
export type Rows = readonly (readonly unknown[])[]

const insert = (table: string, columns: Record<string, string>, clause = '') =>
  batched(
    `restore.${table}`,
    Object.values(columns),
    (v) =>
      `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) ${clause} VALUES ${v} ON CONFLICT DO NOTHING`,
  )

/** One statement family a table: how its rows are put back. */
export const restoreRows = {
  evidence: insert('evidence', {
    id: 'uuid',
    kind: 'text',
    day: 'date',
    size: 'int',
    root: 'bytea',
    signature: 'bytea',
    key_id: 'text',
  }),
  post: insert('post', { id: 'uuid', payload: 'bytea' }),
  message: insert('message', {
    id: 'uuid',
    source: 'text',
    type: 'text',
    key: 'text',
    deduplication: 'text',
    payload: 'bytea',
    post: 'uuid',
    content_digest: 'bytea',
    canonical: 'text',
    canonical_digest: 'bytea',
    bundle: 'int',
    accepted_at: 'timestamptz',
    evidence: 'uuid',
    leaf: 'int',
    path: 'text',
  }),
  deduplication: insert('deduplication', {
    source: 'text',
    type: 'text',
    deduplication: 'text',
    message: 'uuid',
    canonical_digest: 'bytea',
  }),
  attempt: insert('attempt', {
    message: 'uuid',
    step: 'text',
    number: 'int',
    started_at: 'timestamptz',
    duration: 'int',
    outcome: 'text',
    status: 'int',
    request_digest: 'bytea',
    reply: 'text',
    reason: 'text',
    evidence: 'uuid',
    leaf: 'int',
  }),
  audit: insert('audit', {
    id: 'uuid',
    at: 'timestamptz',
    operator: 'text',
    action: 'text',
    message: 'uuid',
    step: 'text',
    reason: 'text',
    detail: 'text',
    evidence: 'uuid',
  }),
  correction: insert('correction', {
    id: 'uuid',
    message: 'uuid',
    step: 'text',
    canonical: 'text',
    canonical_digest: 'bytea',
    bundle: 'int',
    operator: 'text',
    reason: 'text',
    at: 'timestamptz',
    evidence: 'uuid',
  }),
  delivery: insert(
    'delivery',
    {
      message: 'uuid',
      step: 'text',
      seq: 'bigint',
      system: 'text',
      key: 'text',
      lane: 'smallint',
      state: 'text',
      due_at: 'timestamptz',
      attempts: 'int',
      result: 'text',
      reason: 'text',
      settled_at: 'timestamptz',
      correction: 'uuid',
      doubt: 'text',
    },
    'OVERRIDING SYSTEM VALUE',
  ),
} as const

/** Says that a day is here again, for `days` days. */
export async function markRestored(
  query: Query,
  { day, file, digest, messages }: { day: string; file: string; digest: Buffer; messages: number },
  days: number,
): Promise<void> {
  await query(
    `INSERT INTO archive (day, file, digest, messages, archived_at, restored_until)
     VALUES ($1, $2, $3, $4, now(), now() + $5::int * interval '1 day')
     ON CONFLICT (day) DO UPDATE SET dropped_at = NULL, cleared_at = NULL, restored_until = excluded.restored_until`,
    [day, file, digest, messages, days],
  )
}

/** Ends the time of a restored day; false when it is none. */
export async function endRestored(query: Query, day: string): Promise<boolean> {
  const rows = await query(
    `UPDATE archive SET restored_until = now() - interval '1 second'
     WHERE day::text = $1 AND restored_until IS NOT NULL AND dropped_at IS NULL RETURNING 1`,
    [day],
  )
  return rows.length > 0
}
