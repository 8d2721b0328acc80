// Reads back what the ledger holds, page by page, newest first: for runs over everything that was ever accepted.
import { idAt } from '../id.ts'
import type { Database, Query } from './database.ts'

/** A message as it was accepted. */
export type PastMessage = {
  id: string
  source: string
  type: string
  deduplication: string
  canonical: string
  bundle: number
  accepted_at: Date
  /** id of the body it shares with others, which then stands in `posts` */
  post: string | null
  payload: Buffer | null
}

/** One delivery of a message; `tried_at`: when it was tried last. */
export type PastDelivery = {
  message: string
  step: string
  system: string
  key: string
  state: string
  result: string | null
  tried_at: Date | null
}

/** Which messages to read. `system`: those it sent, and those that are delivered to it. */
export type Selection = { system?: string | undefined; type?: string | undefined; since?: Date | undefined }

/** Messages of one page with their deliveries; bodies of several messages by their id. */
export type HistoryPage = {
  messages: PastMessage[]
  deliveries: ReadonlyMap<string, PastDelivery[]>
  posts: ReadonlyMap<string, Buffer>
}

// a page is this many messages, or fewer when they are large
const rows = 500
const bytes = 4_000_000
const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const chosen = `m.id >= $1::uuid AND m.accepted_at >= $2::timestamptz AND ($3::text IS NULL OR m.type = $3)
  AND ($4::text IS NULL OR m.source = $4
    OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND d.system = $4))`

function values({ system, type, since = new Date(0) }: Selection): unknown[] {
  // ids hold their time: a clock that stepped back a little must not hide a message
  return [
    idAt(new Date(Math.max(0, since.getTime() - 3_600_000))),
    since.toISOString(),
    type ?? null,
    system ?? null,
  ]
}

/** How many messages a selection has, counted no further than `most`. */
export async function countHistory(query: Query, selection: Selection, most: number): Promise<number> {
  const [row] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM message m WHERE ${chosen} LIMIT $5) counted`,
    [...values(selection), most],
  )
  return row?.count ?? 0
}

/**
 * The pages of a selection. Each is read in one short read-only transaction without locks; the next one while the
 * caller works on the last, so that never more than two are held.
 */
export async function* readHistory(database: Database, selection: Selection): AsyncGenerator<HistoryPage> {
  let next: Promise<HistoryPage> | undefined = readPage(database, selection, last, new Map())
  while (next) {
    const page: HistoryPage = await next
    const before = page.messages.at(-1)?.id
    next = before === undefined ? undefined : readPage(database, selection, before, page.posts)
    // awaited in the next round; a caller that stops reading must not leave an unheard error
    next?.catch(() => undefined)
    if (page.messages.length > 0) yield page
  }
}

function readPage(
  database: Database,
  selection: Selection,
  before: string,
  known: ReadonlyMap<string, Buffer>,
): Promise<HistoryPage> {
  return database.transaction(async (query) => {
    const [, messages] = await Promise.all([
      query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'),
      query<PastMessage>(
        `WITH narrow AS (
           SELECT m.id, octet_length(m.canonical) + coalesce(octet_length(m.payload),
             (SELECT octet_length(p.payload) FROM post p WHERE p.id = m.post), 0) AS size
           FROM message m WHERE m.id < $5::uuid AND ${chosen} ORDER BY m.id DESC LIMIT ${rows}),
         page AS (SELECT id, sum(size) OVER (ORDER BY id DESC) - size AS before FROM narrow)
         SELECT m.id, m.source, m.type, m.deduplication, m.canonical, m.bundle, m.accepted_at, m.post, m.payload
         FROM page JOIN message m USING (id) WHERE page.before < ${bytes} ORDER BY m.id DESC`,
        [...values(selection), before],
        'history.messages',
      ),
    ])
    const posts = [...new Set(messages.flatMap(({ post }) => post ?? []))]
    const [deliveries, bodies] = await Promise.all([
      readDeliveries(
        query,
        messages.map(({ id }) => id),
      ),
      readPosts(
        query,
        posts.filter((id) => !known.has(id)),
      ),
    ])
    const all = posts.map((id) => [id, bodies.get(id) ?? known.get(id) ?? Buffer.alloc(0)] as const)
    return { messages, deliveries, posts: new Map(all) }
  })
}

async function readDeliveries(
  query: Query,
  messages: readonly string[],
): Promise<Map<string, PastDelivery[]>> {
  const found = await query<PastDelivery>(
    `SELECT d.message, d.step, d.system, d.key, d.state, d.result,
       (SELECT max(a.started_at) FROM attempt a WHERE a.message = d.message AND a.step = d.step) AS tried_at
     FROM delivery d WHERE d.message = ANY ($1::uuid[]) ORDER BY d.seq`,
    [messages],
    'history.deliveries',
  )
  const byMessage = new Map<string, PastDelivery[]>()
  for (const row of found) {
    const list = byMessage.get(row.message)
    if (list) list.push(row)
    else byMessage.set(row.message, [row])
  }
  return byMessage
}

async function readPosts(query: Query, ids: readonly string[]): Promise<Map<string, Buffer>> {
  if (ids.length === 0) return new Map()
  const found = await query<{ id: string; payload: Buffer }>(
    'SELECT id, payload FROM post WHERE id = ANY ($1::uuid[])',
    [ids],
  )
  return new Map(found.map(({ id, payload }) => [id, payload]))
}
