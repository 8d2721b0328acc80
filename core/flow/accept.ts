// Acceptance: turns posts into ledger rows and receipts. All-or-nothing per post, exactly once per deduplication key.
import type { Guarantee } from '../config.ts'
import { QiaoError } from '../errors.ts'
import { growTree, sm3 } from '../evidence/merkle.ts'
import type { Sealer } from '../evidence/proof-write.ts'
import { type Receipt, receiptLeaf, type Statement, signedText } from '../evidence/receipt.ts'
import { dayOf, newId, newIds } from '../id.ts'
import type { Database, Query } from '../ledger/database.ts'
import { findAccepted, type Known } from '../ledger/message.ts'
import { Collision, insertPosts, type NewDelivery, nonceName } from '../ledger/post.ts'
import type { CanonicalRecord } from '../mapping/intake.ts'
import type { TraceContext } from '../trace.ts'
import { type BatcherOptions, createBatcher, type Ticket } from './batcher.ts'
import type { Wake } from './queue.ts'
import type { Fresh } from './recent.ts'
import { restore } from './restore.ts'
import { joinTwins } from './twins.ts'

/** A post that passed authentication, mapping and validation. */
export type Post = {
  source: string
  nonce: string | undefined
  payload: Buffer
  /** the number of the files it was mapped with */
  bundle: number
  /** the deliveries of a record accepted at a moment (ISO 8601, UTC), by those same files */
  plan: (record: CanonicalRecord, acceptedAt: string) => NewDelivery[]
  records: readonly CanonicalRecord[]
  /** where it stands in a trace */
  trace?: TraceContext | null | undefined
}

/**
 * One message of a post. `duplicate`: it was accepted before, the receipt is that of then; `archived` instead of a
 * receipt: it has left the ledger, and its receipt stands in the archive of this day.
 */
export type Accepted = {
  id: string
  type: string
  key: string
  duplicate: boolean
  receipt?: Receipt
  archived?: string
}

export type Signer = Sealer

/** How a batch came out: messages that are new, that were accepted before, and posts that cannot be accepted. */
export type Tally = { fresh: number; known: number; refused: number }

/** What is written with a batch, in its transaction. */
export type Beside = (query: Query, tally: Tally) => Promise<void>

export type Acceptor = {
  accept(post: Post): Promise<Accepted[]>
  /**
   * Accepts posts of one message each, no two with the same deduplication key, in one transaction, and `beside` with
   * them. Answers in their order; a post that cannot be accepted is answered with why.
   */
  acceptTogether(posts: readonly Post[], beside: Beside): Promise<(Accepted | QiaoError)[]>
  idle(): Promise<void>
}

type Draft = {
  record: CanonicalRecord
  canonical: string
  canonicalDigest: Buffer
  statement: Statement
  deliveries: readonly NewDelivery[]
  /** set when the ledger already has this message */
  stored?: Known
  /** set when an earlier record of the same post is this message: one is written, both are answered */
  twin?: Draft
}
type Item = { post: Post; contentDigest: Buffer; acceptedAt: string; drafts: Draft[] }

const batchSize = 64
const rounds = 20

/**
 * Creates the acceptor. After the commit, `keep` is called for every new message and `wake` for every lane that has
 * something due. Rejects with auth.replay, message.conflict, hub.busy or hub.unproved.
 */
export function createAcceptor(
  database: Database,
  signer: Signer,
  after: { wake: (target: Wake) => void; keep: (fresh: Fresh) => void },
  backlog: number,
  without?: Guarantee,
  committed?: BatcherOptions['committed'],
): Acceptor {
  const batcher = createBatcher<Item, Accepted[]>((batch) => flush(batch), {
    size: batchSize,
    backlog,
    committed,
  })

  const flush = async (batch: readonly Ticket<Item, Accepted[]>[], beside?: Beside): Promise<void> => {
    const { now: first, later } = withoutTwins(batch)
    if (beside && later.length > 0) throw new TypeError('twins cannot be written together')
    let open = first
    for (let round = 0; open.length > 0 || beside; round++) {
      try {
        const items = open.map((ticket) => ticket.item)
        const receipts = await write(items, beside && besideOf(beside, items, batch.length))
        for (const ticket of open) ticket.resolve(answerOf(ticket.item, receipts))
        break
      } catch (error) {
        if (!(error instanceof Collision) || round === rounds) throw error
        await recognise(open, error)
        open = open.filter((ticket) => !refuse(ticket, error))
      }
    }
    if (later.length > 0) await flush(later)
  }

  /** Writes what is new; answers the receipts by message id. Throws Collision with nothing written. */
  const write = async (
    items: readonly Item[],
    beside?: (query: Query) => Promise<void>,
  ): Promise<Map<string, Receipt>> => {
    const fresh = items.flatMap((item) => item.drafts.filter(isFresh))
    const evidence = fresh.length > 0 ? await prove(fresh) : undefined
    await insertPosts(
      database,
      items.map(({ post, contentDigest, acceptedAt, drafts }) => ({
        source: post.source,
        nonce: post.nonce,
        payload: post.payload,
        contentDigest,
        acceptedAt,
        bundle: post.bundle,
        trace: post.trace,
        messages: drafts.filter(isFresh).map((draft) => {
          const proof = evidence?.receipts.get(draft.statement.messageId)?.proof
          return {
            id: draft.statement.messageId,
            type: draft.record.type,
            key: draft.record.key,
            deduplication: draft.record.deduplication,
            item: draft.record.item,
            canonical: draft.canonical,
            canonicalDigest: draft.canonicalDigest,
            leaf: proof?.index ?? 0,
            path: proof?.path.join(' ') ?? '',
            deliveries: draft.deliveries,
          }
        }),
      })),
      evidence?.row,
      beside,
    )
    for (const { statement, record, canonical, deliveries } of fresh)
      if (deliveries.length > 0)
        after.keep({
          id: statement.messageId,
          text: canonical,
          value: record.value,
          uses: deliveries.length,
        })
    for (const target of lanesOf(fresh)) after.wake(target)
    return evidence?.receipts ?? new Map()
  }

  const prove = async (fresh: readonly Draft[]) => {
    const [id = '', ...ids] = newIds(fresh.length + 1)
    for (const [index, { statement }] of fresh.entries()) statement.messageId = ids[index] ?? ''
    const tree = growTree(fresh.map((draft) => receiptLeaf(draft.statement)))
    const signature = await signer.sign(signedText(tree.root)).catch((cause: Error) => {
      throw new QiaoError('hub.unproved', { detail: 'receipts cannot be signed', cause })
    })
    const shared = {
      root: tree.root.toString('hex'),
      signature: signature.toString('base64'),
      keyId: signer.keyId,
      algorithm: 'SM2-SM3',
    } as const
    const receipts = new Map<string, Receipt>()
    fresh.forEach(({ statement }, index) => {
      const path = tree.path(index)
      const proof = { index, path: path === '' ? [] : path.split(' '), ...shared }
      receipts.set(statement.messageId, { ...statement, proof })
    })
    const row = {
      id,
      day: dayOf(id),
      root: tree.root,
      signature,
      keyId: signer.keyId,
      size: fresh.length,
    }
    return { receipts, row }
  }

  /** Finds the stored messages behind a collision, so that the next round can answer from them. */
  const recognise = async (
    open: readonly Ticket<Item, Accepted[]>[],
    collision: Collision,
  ): Promise<void> => {
    const drafts = open.flatMap(({ item }) =>
      item.drafts
        .filter((draft) => collision.messages.has(draft.statement.messageId))
        .map((draft) => ({ item, draft })),
    )
    if (drafts.length === 0) return
    const found = await findAccepted(
      database.query,
      drafts.map(({ item, draft }) => ({ source: item.post.source, ...draft.record })),
    )
    for (const { item, draft } of drafts) {
      const stored = found.find(
        (row) =>
          row.source === item.post.source &&
          row.type === draft.record.type &&
          row.deduplication === draft.record.deduplication,
      )
      if (stored) draft.stored = stored
    }
  }

  const itemOf = (post: Post): Item => {
    const acceptedAt = new Date().toISOString()
    const contentDigest = sm3(post.payload)
    const drafts = post.records.map((record) =>
      draftOf(post, without === 'deduplication' ? asNew(record) : record, contentDigest, acceptedAt),
    )
    joinTwins(drafts)
    return { post, contentDigest, acceptedAt, drafts }
  }

  return {
    accept: async (post) => batcher.add(itemOf(post)),
    acceptTogether: async (posts, beside) => {
      const answers: (Accepted | QiaoError)[] = []
      const tickets = posts.map((post, i): Ticket<Item, Accepted[]> => {
        const answer = (given: Accepted | QiaoError | undefined): void => {
          if (given) answers[i] = given
        }
        return {
          item: itemOf(post),
          resolve: ([accepted]) => answer(accepted),
          reject: (error) => answer(error as QiaoError),
        }
      })
      await flush(tickets, beside)
      return answers
    },
    idle: () => batcher.idle(),
  }
}

function draftOf(post: Post, record: CanonicalRecord, contentDigest: Buffer, acceptedAt: string): Draft {
  const canonical = JSON.stringify(record.value)
  const canonicalDigest = sm3(canonical)
  const statement: Statement = {
    // given with the others of its commit
    messageId: '',
    system: post.source,
    type: record.type,
    key: record.key,
    deduplicationKey: record.deduplication,
    contentDigest: contentDigest.toString('hex'),
    canonicalDigest: canonicalDigest.toString('hex'),
    acceptedAt,
  }
  return { record, canonical, canonicalDigest, statement, deliveries: post.plan(record, acceptedAt) }
}

/** Under a deduplication key of its own: only in tests that must fail. */
function asNew(record: CanonicalRecord): CanonicalRecord {
  return { ...record, deduplication: newId() }
}

/** What is to be written beside these items of a batch of `size`. */
function besideOf(beside: Beside, items: readonly Item[], size: number) {
  const drafts = items.flatMap((item) => item.drafts)
  const fresh = drafts.filter(isFresh).length
  const tally = { fresh, known: drafts.length - fresh, refused: size - items.length }
  return (query: Query): Promise<void> => beside(query, tally)
}

function isFresh(draft: Draft): boolean {
  return !draft.stored && !draft.twin
}

/** Rejects a ticket that cannot be accepted; answers whether it did. */
function refuse(ticket: Ticket<Item, Accepted[]>, collision: Collision): boolean {
  const { post, drafts } = ticket.item
  if (post.nonce !== undefined && collision.nonces.has(nonceName(post.source, post.nonce))) {
    ticket.reject(new QiaoError('auth.replay'))
    return true
  }
  const conflict = drafts.findIndex(
    ({ stored, canonicalDigest }) => stored && !stored.canonical_digest.equals(canonicalDigest),
  )
  if (conflict < 0) return false
  const position = drafts.length > 1 ? `record ${conflict}; ` : ''
  ticket.reject(
    new QiaoError('message.conflict', {
      detail: `${position}accepted as message ${drafts[conflict]?.stored?.id}`,
    }),
  )
  return true
}

/** Two posts with one nonce or deduplication key cannot share a statement: the later one waits for its own. */
function withoutTwins(batch: readonly Ticket<Item, Accepted[]>[]) {
  const seen = new Set<string>()
  const now: Ticket<Item, Accepted[]>[] = []
  const later: Ticket<Item, Accepted[]>[] = []
  for (const ticket of batch) {
    const { post } = ticket.item
    const names = post.records.map((record) => `m ${post.source} ${record.type} ${record.deduplication}`)
    if (post.nonce !== undefined) names.push(`n ${nonceName(post.source, post.nonce)}`)
    const isTwin = names.some((name) => seen.has(name))
    for (const name of names) seen.add(name)
    ;(isTwin ? later : now).push(ticket)
  }
  return { now, later }
}

function answerOf(item: Item, receipts: ReadonlyMap<string, Receipt>): Accepted[] {
  return item.drafts.map((draft) => {
    const { record, statement, stored } = draft.twin ?? draft
    const { type, key } = record
    if (stored && !stored.receipt)
      return { id: stored.id, type, key, duplicate: true, archived: dayOf(stored.id) }
    const receipt = stored?.receipt ? restore(stored.receipt) : receipts.get(statement.messageId)
    if (!receipt) throw new Error('a message was written without its receipt')
    const duplicate = stored !== undefined || draft.twin !== undefined
    return { id: receipt.messageId, type, key, duplicate, receipt }
  })
}

function lanesOf(drafts: readonly Draft[]): Wake[] {
  const lanes = new Map<string, Wake>()
  for (const { deliveries } of drafts) {
    for (const { system, lane, state } of deliveries) {
      if (state === 'ready') lanes.set(`${system}/${lane}`, { system, lane })
    }
  }
  return [...lanes.values()]
}
