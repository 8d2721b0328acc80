// A backlog that looks as if it had been posted: one message is posted to a hub, and multiplied in its ledger.
import pg from 'pg'
import { request } from 'undici'
import { sign } from '../department.ts'
import { intakePath, makeMessage } from '../message.ts'

const step = 50_000

/** Posts one record; an urgent one goes to the platform that is away. Answers its message id. */
export async function postRecord(url: string, secret: string, urgency: '0' | '9'): Promise<string> {
  const body = Buffer.from(JSON.stringify({ ...makeMessage('ffffffff', 0), urgency }))
  const reply = await request(url + intakePath, { method: 'POST', headers: sign(secret, body), body })
  const text = await reply.body.text()
  if (reply.statusCode !== 202) throw new Error(`intake answered ${reply.statusCode}: ${text}`)
  const [message] = (JSON.parse(text) as { messages: { id: string }[] }).messages
  if (!message) throw new Error('nothing was accepted')
  return message.id
}

/**
 * Makes `count` more of a message and its deliveries, waiting to be tried for the first time. The first `dead` are dead letters
 * instead, and of the others as many wait behind one each; apart from that, every one has a key of its own.
 */
export async function multiply(
  databaseUrl: string,
  id: string,
  { count, dead }: { count: number; dead: number },
  tell: (done: number) => void,
): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    for (let from = 1; from <= count; from += step) {
      const to = Math.min(count, from + step - 1)
      for (const statement of statements) await client.query(statement, [id, from, to, dead])
      tell(to)
    }
  } finally {
    await client.end()
  }
}

/** Lets the server look at a ledger as it would by itself after a while: a full one is not compared with one it never saw. */
export async function settleServer(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    await client.query('VACUUM ANALYZE')
    await client.query('CHECKPOINT')
  } finally {
    await client.end()
  }
}

/** The id of copy n, and what its key ends with. */
const copies = `generate_series($2::int, $3::int) n,
  LATERAL (SELECT (left($1::text, 24) || lpad(to_hex(n), 12, '0'))::uuid AS copy, n - CASE WHEN n > $4::int THEN $4 ELSE 0 END AS k) c`

const columns = `source, type, payload, post, content_digest, canonical, canonical_digest, bundle, accepted_at, evidence,
  leaf, path`
const statements = [
  `INSERT INTO message (id, key, deduplication, ${columns})
   SELECT copy, m.key || '-' || k, m.deduplication || '-' || n, ${columns} FROM message m, ${copies} WHERE m.id = $1::uuid`,
  `INSERT INTO deduplication (source, type, deduplication, message, canonical_digest)
   SELECT m.source, m.type, m.deduplication || '-' || n, copy, m.canonical_digest FROM message m, ${copies}
   WHERE m.id = $1::uuid`,
  `INSERT INTO delivery (message, step, system, key, lane, state, attempts, reason, settled_at)
   SELECT copy, d.step, d.system, d.key || '-' || k, k % (SELECT count(*) FROM lane l WHERE l.system = d.system),
     CASE WHEN n > $4 THEN 'ready' ELSE 'dead' END, CASE WHEN n > $4 THEN 0 ELSE 1 END,
     CASE WHEN n <= $4 THEN 'E42' END, CASE WHEN n <= $4 THEN now() END
   FROM delivery d, ${copies} WHERE d.message = $1::uuid`,
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
