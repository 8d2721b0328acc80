// A backlog that looks as if it had been posted: one message is posted to a hub, and multiplied in its ledger.

import pg from 'pg'
import { request } from 'undici'
import { sign } from '../department.ts'
import { intakePath, makeMessage } from '../message.ts'

const step = 50_000

/** Posts one urgent record, which goes to the platform that is away. Answers its message id. */
export async function postUrgent(url: string, secret: string): Promise<string> {
  const body = Buffer.from(JSON.stringify({ ...makeMessage('ffffffff', 0), urgency: '9' }))
  const reply = await request(url + intakePath, { method: 'POST', headers: sign(secret, body), body })
  const text = await reply.body.text()
  if (reply.statusCode !== 202) throw new Error(`intake answered ${reply.statusCode}: ${text}`)
  const [message] = (JSON.parse(text) as { messages: { id: string }[] }).messages
  if (!message) throw new Error('nothing was accepted')
  return message.id
}

/**
 * Makes `count` more of a message and its deliveries, each with a key of its own, waiting to be tried for the first time, and
 * lets the server look at the result as it would by itself after a while.
 */
export async function multiply(
  databaseUrl: string,
  id: string,
  count: number,
  tell: (done: number) => void,
): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    for (let from = 1; from <= count; from += step) {
      const to = Math.min(count, from + step - 1)
      for (const statement of statements) await client.query(statement, [id, from, to])
      tell(to)
    }
    for (const table of ['message', 'delivery', 'deduplication'])
      await client.query(`VACUUM ANALYZE ${table}`)
    await client.query('CHECKPOINT')
  } finally {
    await client.end()
  }
}

/** The id of copy n. */
const copy = `(left($1::text, 24) || lpad(to_hex(n), 12, '0'))::uuid`
const series = 'generate_series($2::int, $3::int) n'

const columns = `source, type, payload, post, content_digest, canonical, canonical_digest, bundle, accepted_at, evidence,
  leaf, path`
const statements = [
  `INSERT INTO message (id, key, deduplication, ${columns})
   SELECT ${copy}, m.key || '-' || n, m.deduplication || '-' || n, ${columns} FROM message m, ${series} WHERE m.id = $1::uuid`,
  `INSERT INTO deduplication (source, type, deduplication, message, canonical_digest)
   SELECT m.source, m.type, m.deduplication || '-' || n, ${copy}, m.canonical_digest FROM message m, ${series}
   WHERE m.id = $1::uuid`,
  `INSERT INTO delivery (message, step, system, key, lane, state)
   SELECT ${copy}, d.step, d.system, d.key || '-' || n, n % 4, 'ready' FROM delivery d, ${series} WHERE d.message = $1::uuid`,
]

/** How many deliveries of a system wait. */
export async function countWaiting(databaseUrl: string, system: string): Promise<number> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM delivery WHERE system = $1 AND state = 'ready'`,
      [system],
    )
    return rows[0]?.n ?? 0
  } finally {
    await client.end()
  }
}
