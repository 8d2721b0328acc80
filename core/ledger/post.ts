// Writes accepted posts: payloads, messages, deliveries, nonces and the receipts' evidence in one transaction.
import { addEvidence } from './chain.ts'
import type { Database, Query } from './database.ts'
import { personal } from './sealed.ts'
import { batched } from './values.ts'

export type NewDelivery = {
  step: string
  system: string
  key: string
  lane: number
  state: 'ready' | 'held'
  /** by when it was promised, where it was: ISO 8601, UTC, milliseconds */
  promisedAt?: string | undefined
}

export type NewMessage = {
  id: string
  type: string
  key: string
  deduplication: string
  /** the item it is about (事项), where its type declares it */
  item?: string | undefined
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
  /** ISO 8601, UTC, milliseconds */
  acceptedAt: string
  bundle: number
  /** where it stands in a trace (core/trace.ts) */
  trace?: string | null | undefined
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

// a key that is known writes nothing into deduplication: the caller sees it missing, and takes all of it back
const insertMessages = batched<{ id: string }>(
  'message.insert',
  // biome-ignore format: one line, column for column
  ['uuid', 'text', 'text', 'text', 'text', 'bytea', 'uuid', 'bytea', 'text', 'bytea', 'int', 'timestamptz', 'uuid', 'int', 'text', 'text', 'text'],
  (
    v,
  ) => `WITH v (id, source, type, key, deduplication, payload, post, content_digest, canonical, canonical_digest, bundle,
      accepted_at, evidence, leaf, path, trace, item) AS (VALUES ${v}),
    m AS (INSERT INTO message (id, source, type, key, deduplication, payload, post, content_digest, canonical,
      canonical_digest, bundle, accepted_at, evidence, leaf, path, trace)
      SELECT id, source, type, key, deduplication, payload, post, content_digest, canonical, canonical_digest, bundle,
        accepted_at, evidence, leaf, path, trace FROM v)
    INSERT INTO deduplication (source, type, deduplication, message, canonical_digest, item)
    SELECT source, type, deduplication, id, canonical_digest, item FROM v ON CONFLICT DO NOTHING RETURNING message AS id`,
)

const insertDeliveries = batched(
  'delivery.insert',
  ['uuid', 'text', 'text', 'text', 'smallint', 'text', 'timestamptz'],
  (v) => `INSERT INTO delivery (message, step, system, key, lane, state, promised_at) VALUES ${v}`,
)

/** The name of a nonce inside a Collision. */
export function nonceName(source: string, nonce: string): string {
  return `${source} ${nonce}`
}

/**
 * Writes all posts in one commit, and what `beside` writes with them. Throws Collision, with nothing written, when a nonce or
 * message exists.
 */
export async function insertPosts(
  database: Database,
  posts: readonly NewPost[],
  evidence: NewEvidence | undefined,
  beside?: (query: Query) => Promise<void>,
): Promise<void> {
  const nonces = posts.flatMap((post) => (post.nonce === undefined ? [] : [[post.source, post.nonce]]))
  const messages = evidence ? posts.flatMap((post) => messageRows(post, evidence.id)) : []
  await database.transaction(async (query) => {
    const [freshNonces, , freshMessages] = await Promise.all([
      insertNonces(query, nonces),
      insertShared(query, posts),
      insertMessages(query, messages),
      evidence && addEvidence(query, { ...evidence, kind: 'receipts', key_id: evidence.keyId }),
      insertDeliveries(query, posts.flatMap(deliveryRows)),
      beside?.(query),
    ])
    if (freshNonces.length === nonces.length && freshMessages.length === messages.length) return
    throw collisionOf(nonces, freshNonces, messages, freshMessages)
  })
}

function messageRows(post: NewPost, evidence: string): unknown[][] {
  const shared = sharedId(post)
  // biome-ignore format: one line, column for column
  return post.messages.map((m) => [m.id, post.source, m.type, m.key, m.deduplication, 
    shared ? null : personal(post.payload), shared,
    post.contentDigest, personal(m.canonical), m.canonicalDigest, post.bundle, post.acceptedAt, evidence, m.leaf, m.path,
    post.trace ?? null, m.item ?? null])
}

function deliveryRows(post: NewPost): unknown[][] {
  return post.messages.flatMap((m) =>
    m.deliveries.map((d) => [m.id, d.step, d.system, d.key, d.lane, d.state, d.promisedAt ?? null]),
  )
}

/** A body of several messages is stored once, under the id of its first; the one message of a body holds it itself. */
function sharedId({ messages }: NewPost): string | null {
  return messages.length > 1 ? (messages[0]?.id ?? null) : null
}

async function insertShared(query: Query, posts: readonly NewPost[]): Promise<void> {
  await Promise.all(
    posts
      .filter((post) => sharedId(post) !== null)
      .map((post) =>
        query(
          'INSERT INTO post (id, payload) VALUES ($1, $2)',
          [sharedId(post), personal(post.payload)],
          'post.insert',
        ),
      ),
  )
}

function collisionOf(
  nonces: readonly string[][],
  freshNonces: readonly { source: string; nonce: string }[],
  messages: readonly unknown[][],
  freshMessages: readonly { id: string }[],
): Collision {
  const fresh = new Set([
    ...freshNonces.map((row) => nonceName(row.source, row.nonce)),
    ...freshMessages.map((row) => row.id),
  ])
  const used = nonces.map(([source = '', nonce = '']) => nonceName(source, nonce))
  const known = messages.map((row) => String(row[0]))
  return new Collision(
    new Set(used.filter((name) => !fresh.has(name))),
    new Set(known.filter((id) => !fresh.has(id))),
  )
}

/** Forgets nonces older than `seconds`: older requests are refused by their time stamp. */
export async function purgeNonces(query: Query, seconds: number): Promise<void> {
  await query(`DELETE FROM nonce WHERE at < now() - $1::float8 * interval '1 second'`, [seconds])
}
