// Writes accepted posts: payloads, messages, deliveries, nonces and the receipts' evidence in one transaction.
import type { Database, Query } from './database.ts'
import { batched } from './values.ts'

export type NewDelivery = { step: string; system: string; key: string; lane: number; state: 'ready' | 'held' }

export type NewMessage = {
  id: string
  type: string
  key: string
  deduplication: string
  canonical: string
  canonicalDigest: Buffer
  leaf: number
  path: string
  deliveries: readonly NewDelivery[]
}

/** One request of one department: all of its messages are kept, or none. */
export type NewPost = {
  source: string
  /** undefined when the post came over a wire without nonces */
  nonce: string | undefined
  payload: Buffer
  contentDigest: Buffer
  acceptedAt: Date
  bundle: number
  /** the messages of this post that are not yet known as duplicates; may be empty */
  messages: readonly NewMessage[]
}

export type NewEvidence = {
  id: string
  day: string
  root: Buffer
  signature: Buffer
  keyId: string
  size: number
}

/** Nothing was written: these nonces were used before, or these messages exist (ids as in the posts). */
export class Collision extends Error {
  readonly nonces: ReadonlySet<string>
  readonly messages: ReadonlySet<string>
  constructor(nonces: ReadonlySet<string>, messages: ReadonlySet<string>) {
    super('a nonce or deduplication key exists')
    this.name = 'Collision'
    this.nonces = nonces
    this.messages = messages
  }
}

const insertNonces = batched<{ source: string; nonce: string }>(
  'nonce.insert',
  ['text', 'text'],
  (v) => `INSERT INTO nonce (source, nonce) VALUES ${v} ON CONFLICT DO NOTHING RETURNING source, nonce`,
)

const insertMessages = batched<{ id: string }>(
  'message.insert',
  // biome-ignore format: one line, column for column
  ['uuid', 'text', 'text', 'text', 'text', 'bytea', 'uuid', 'bytea', 'text', 'bytea', 'int', 'timestamptz', 'uuid', 'int', 'text'],
  (v) => `INSERT INTO message (id, source, type, key, deduplication, payload, post, content_digest, canonical,
    canonical_digest, bundle, accepted_at, evidence, leaf, path) VALUES ${v}
    ON CONFLICT (source, type, deduplication) DO NOTHING RETURNING id`,
)

const insertDeliveries = batched(
  'delivery.insert',
  ['uuid', 'text', 'text', 'text', 'smallint', 'text'],
  (v) => `INSERT INTO delivery (message, step, system, key, lane, state) VALUES ${v}`,
)

/** The name of a nonce inside a Collision. */
export function nonceName(source: string, nonce: string): string {
  return `${source} ${nonce}`
}

/** Writes all posts in one commit. Throws Collision, with nothing written, when a nonce or message exists. */
export async function insertPosts(
  database: Database,
  posts: readonly NewPost[],
  evidence: NewEvidence | undefined,
): Promise<void> {
  await database.transaction(async (query) => {
    await refuseReplays(query, posts)
    if (!evidence) return
    await query(
      `INSERT INTO evidence (id, kind, day, size, root, signature, key_id) VALUES ($1, 'receipts', $2, $3, $4, $5, $6)`,
      [evidence.id, evidence.day, evidence.size, evidence.root, evidence.signature, evidence.keyId],
      'evidence.receipts',
    )
    const rows: unknown[][] = []
    const deliveries: unknown[][] = []
    for (const post of posts) {
      const shared = await insertShared(query, post)
      for (const m of post.messages) {
        // biome-ignore format: one line, column for column
        rows.push([m.id, post.source, m.type, m.key, m.deduplication, shared ? null : post.payload, shared, post.contentDigest,
          m.canonical, m.canonicalDigest, post.bundle, post.acceptedAt, evidence.id, m.leaf, m.path])
        for (const d of m.deliveries) deliveries.push([m.id, d.step, d.system, d.key, d.lane, d.state])
      }
    }
    const written = new Set((await insertMessages(query, rows)).map((row) => row.id))
    if (written.size < rows.length) {
      throw new Collision(
        new Set(),
        new Set(rows.map((row) => row[0] as string).filter((id) => !written.has(id))),
      )
    }
    await insertDeliveries(query, deliveries)
  })
}

async function refuseReplays(query: Query, posts: readonly NewPost[]): Promise<void> {
  const nonces = posts.flatMap((post) => (post.nonce === undefined ? [] : [[post.source, post.nonce]]))
  const written = await insertNonces(query, nonces)
  if (written.length === nonces.length) return
  const fresh = new Set(written.map((row) => nonceName(row.source, row.nonce)))
  const used = nonces
    .map(([source = '', nonce = '']) => nonceName(source, nonce))
    .filter((name) => !fresh.has(name))
  throw new Collision(new Set(used), new Set())
}

/** A body of several messages is stored once; returns its id, or null when the one message holds it. */
async function insertShared(query: Query, post: NewPost): Promise<string | null> {
  const first = post.messages[0]
  if (!first || post.messages.length === 1) return null
  await query('INSERT INTO post (id, payload) VALUES ($1, $2)', [first.id, post.payload], 'post.insert')
  return first.id
}

/** Forgets nonces older than `seconds`: older requests are refused by their time stamp. */
export async function purgeNonces(query: Query, seconds: number): Promise<void> {
  await query(`DELETE FROM nonce WHERE at < now() - $1::float8 * interval '1 second'`, [seconds])
}
