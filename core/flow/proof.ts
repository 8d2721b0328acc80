// Puts the lines of proof files together from the ledger: of a closed day, or of one message. Rows are read a few trees at
// a time, so that a day of any size takes little memory.
import { QiaoError } from '../errors.ts'
import { actionLeaf, attemptLeaf } from '../evidence/attempt.ts'
import { growTree, type Tree } from '../evidence/merkle.ts'
import { format, type Line } from '../evidence/proof-line.ts'
import { archivedDay } from '../ledger/archive.ts'
import { chainDays, type EvidenceRow, evidenceOf, findTrees } from '../ledger/chain.ts'
import type { Query } from '../ledger/database.ts'
import {
  actionRows,
  attemptRows,
  deliveryRows,
  receiptRows,
  summarise,
  treesOf,
} from '../ledger/statements.ts'
import type { VerifyingKey } from '../signing/keys.ts'
import { inFile, missing } from './missing.ts'
import {
  actionLine,
  attemptLine,
  deliveryLine,
  type Extent,
  postLine,
  receiptLine,
  treeLine,
} from './proof-lines.ts'
import { attemptOf, linkOf } from './restore.ts'

/** What a file shall hold. `keys`: the hub's public keys; without `content` what people wrote is left out. */
export type ProofOptions = Extent & { keys: readonly VerifyingKey[]; now: Date }

// trees whose rows are held at a time
const batch = 50

/** The lines of a day. Throws evidence.open for a day that is not in the chain, message.archived for one that has left. */
export async function* proveDay(query: Query, day: string, options: ProofOptions): AsyncGenerator<Line> {
  const links = (await chainDays(query)).map(linkOf).filter((link) => link.day <= day)
  if (links.at(-1)?.day !== day) throw new QiaoError('evidence.open', { detail: day })
  const archived = await archivedDay(query, day)
  if (archived?.dropped_at && archived.file) throw inFile({ day, file: archived.file })
  await summarise(query)
  yield headerLine(day, null, options)
  const trees = await evidenceOf(query, day)
  for (const part of inParts(trees)) {
    const rows = await rowsOf(query, part)
    for (const tree of part) {
      yield { tree: treeLine(tree, day, null) }
      yield* leafLines(tree.id, rows, options)
    }
  }
  for (const part of inParts(trees.filter(({ kind }) => kind === 'receipts'))) {
    const ids = part.map(({ id }) => id)
    for (const row of await deliveryRows(query, ids, null)) yield { delivery: deliveryLine(row, options) }
  }
  for (const link of links) yield { link }
}

/** The lines of one message: its leaves only, each with its way to the root. Throws request.not-found, message.archived. */
export async function* proveMessage(query: Query, id: string, options: ProofOptions): AsyncGenerator<Line> {
  const trees = await findTrees(query, await treesOf(query, id))
  const last = trees
    .map(({ day }) => day)
    .sort()
    .at(-1)
  const day = trees.find(({ kind }) => kind === 'receipts')?.day
  if (day === undefined || last === undefined) throw await missing(query, id)
  const links = (await chainDays(query)).map(linkOf).filter((link) => link.day <= last)
  const closed = new Set(links.map((link) => link.day))
  yield headerLine(day, id, options)
  for (const tree of trees) {
    const path = closed.has(tree.day) ? await pathInDay(query, tree) : null
    yield { tree: treeLine(tree, tree.day, path) }
    yield* ownLeaves(id, await rowsOf(query, [tree]), options)
  }
  const ids = trees.filter(({ kind }) => kind === 'receipts').map((tree) => tree.id)
  for (const row of await deliveryRows(query, ids, id)) yield { delivery: deliveryLine(row, options) }
  for (const link of links) yield { link }
}

function headerLine(day: string, message: string | null, { keys, content, now }: ProofOptions): Line {
  const named = keys.map(({ id, der }) => ({ id, publicKey: der.toString('base64') }))
  return { header: { format, day, message, content, createdAt: now.toISOString(), keys: named } }
}

type Rows = Awaited<ReturnType<typeof rowsOf>>

async function rowsOf(query: Query, trees: readonly EvidenceRow[]) {
  const ids = (wanted: EvidenceRow['kind']): string[] =>
    trees.filter(({ kind }) => kind === wanted).map(({ id }) => id)
  return {
    receipts: await receiptRows(query, ids('receipts')),
    attempts: await attemptRows(query, ids('attempts')),
    actions: await actionRows(query, ids('actions')),
  }
}

/** All leaves of a tree, in their order; a body of several messages before the first of them. */
function* leafLines(tree: string, { receipts, attempts, actions }: Rows, extent: Extent): Generator<Line> {
  const bodies = new Set<string>()
  for (const row of receipts) {
    if (row.evidence !== tree) continue
    if (row.post !== null && !bodies.has(row.post)) {
      bodies.add(row.post)
      yield { post: postLine(row, extent) }
    }
    yield { receipt: receiptLine(row, extent) }
  }
  for (const row of attempts) if (row.evidence === tree) yield { attempt: attemptLine(row, null, extent) }
  for (const row of actions) if (row.evidence === tree) yield { action: actionLine(row, null, extent) }
}

/** The leaves of one message in a tree that it may share with others. */
function* ownLeaves(message: string, { receipts, attempts, actions }: Rows, extent: Extent): Generator<Line> {
  for (const row of receipts) {
    if (row.id !== message) continue
    if (row.post !== null) yield { post: postLine(row, extent) }
    yield { receipt: receiptLine(row, extent) }
  }
  const tried = treeOf(attempts.map((row) => attemptLeaf(attemptOf(row))))
  for (const [i, row] of attempts.entries())
    if (row.message === message) yield { attempt: attemptLine(row, tried?.path(i) ?? null, extent) }
  const done = treeOf(actions.map(actionLeaf))
  for (const [i, row] of actions.entries())
    if (row.message === message) yield { action: actionLine(row, done?.path(i) ?? null, extent) }
}

const treeOf = (leaves: readonly Buffer[]): Tree | undefined =>
  leaves.length === 0 ? undefined : growTree(leaves)

async function pathInDay(query: Query, { id, day }: { id: string; day: string }): Promise<string | null> {
  const trees = await evidenceOf(query, day)
  const place = trees.findIndex((tree) => tree.id === id)
  return treeOf(trees.map(({ root }) => root))?.path(place) ?? null
}

function* inParts<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += batch) yield list.slice(from, from + batch)
}
