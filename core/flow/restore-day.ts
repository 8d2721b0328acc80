// Restores an archived day from its file: checked first, then put back row for row, settled as it was. Nothing is sent again.
import { basename } from 'node:path'
import { QiaoError } from '../errors.ts'
import type { Content, Line } from '../evidence/proof-line.ts'
import { readProof } from '../evidence/proof-read.ts'
import { archivedDay } from '../ledger/archive.ts'
import { recordAction } from '../ledger/audit.ts'
import { evidenceOf } from '../ledger/chain.ts'
import type { Database, Query } from '../ledger/database.ts'
import { makeRoom, markRestored, restoreRows } from '../ledger/restore-day.ts'
import { personal, type Vault } from '../ledger/sealed.ts'
import { clearDropped } from '../ledger/sweep.ts'
import { type Actor, newAction } from './action.ts'
import { type ArchiveParts, checkDay } from './archive-day.ts'
import { readArchive } from './archive-file.ts'

export type Restored = { day: string; messages: number }

// what is held before it is written: rows, and bytes of their lines
const batch = { rows: 256, bytes: 4_000_000 }

/**
 * Puts a day back for `keep` days. Throws archive.file when the file is not what was archived, archive.here when the day
 * is in the ledger.
 */
export async function restoreDay(
  database: Database,
  path: string,
  { hubKeys, vault }: Pick<ArchiveParts, 'hubKeys' | 'vault'>,
  keep: number,
  actor: Actor,
): Promise<Restored> {
  const { day, digest, is, messages, fault } = await checkDay(path, undefined, hubKeys, vault)
  if (day === undefined || fault !== undefined) throw new QiaoError('archive.file', { detail: fault ?? path })
  await agrees(database.query, day, is)
  await clearDropped(database.query)
  await makeRoom(database, day)
  const detail = JSON.stringify({ day, digest: digest.toString('hex') })
  const action = newAction({ ...actor, action: 'restore', message: null, step: null, detail })
  await database.transaction(async (query) => {
    await putBack(query, path, day, digest, vault)
    await markRestored(query, { day, file: basename(path), digest, messages }, keep)
    await recordAction(query, action)
  })
  return { day, messages }
}

/** The ledger must not have the day, and must not know another file of it. */
async function agrees(query: Query, day: string, is: (recorded: Buffer) => boolean): Promise<void> {
  const known = await archivedDay(query, day)
  const isHere = known?.archived_at ? known.dropped_at === null : (await evidenceOf(query, day)).length > 0
  if (isHere) throw new QiaoError('archive.here', { detail: day })
  if (known?.digest && !is(known.digest))
    throw new QiaoError('archive.file', { detail: `${day} was archived as ${known.digest.toString('hex')}` })
}

/**
 * Writes the rows of the file's lines, as they come. What is in the file is what was checked, or nothing is written; what it
 * is sealed with may be another key by now.
 */
async function putBack(query: Query, path: string, day: string, digest: Buffer, vault: Vault): Promise<void> {
  const { content, digest: read } = readArchive(path, vault)
  const writer = createWriter(query)
  const rows = createRows(day)
  for await (const { line, bytes: text } of readProof(content)) await writer.write(rows(line), text.length)
  await writer.end()
  if (!read().equals(digest)) throw new QiaoError('archive.file', { detail: 'it changed while it was read' })
}

type Table = keyof typeof restoreRows
type Row = [Table, readonly unknown[]]

function createWriter(query: Query) {
  const waiting = new Map<Table, (readonly unknown[])[]>()
  let held = { rows: 0, bytes: 0 }
  const end = async (): Promise<void> => {
    for (const [table, rows] of waiting) await restoreRows[table](query, rows)
    waiting.clear()
    held = { rows: 0, bytes: 0 }
  }
  return {
    end,
    write: async (rows: readonly Row[], bytes: number): Promise<void> => {
      for (const [table, row] of rows) {
        const list = waiting.get(table)
        if (list) list.push(row)
        else waiting.set(table, [row])
      }
      held = { rows: held.rows + rows.length, bytes: held.bytes + bytes }
      if (held.rows >= batch.rows || held.bytes >= batch.bytes) await end()
    },
  }
}

const bytesOf = (text: string | null, form: 'hex' | 'base64'): Buffer | null =>
  text === null ? null : Buffer.from(text, form)

/** Turns lines into rows, in the order of the columns of restoreRows; leaves belong to the tree before them. */
function createRows(day: string): (line: Line) => Row[] {
  let tree = ''
  return (line) => {
    if ('tree' in line) {
      const { id, kind, size, root, signature, keyId } = line.tree
      tree = id
      return [['evidence', [id, kind, day, size, bytesOf(root, 'hex'), bytesOf(signature, 'base64'), keyId]]]
    }
    if ('post' in line) return [['post', [line.post.id, personal(bytesOf(line.post.payload, 'base64'))]]]
    if ('receipt' in line) return messageRows(line.receipt, tree)
    if ('attempt' in line) return [['attempt', attemptRow(line.attempt, tree)]]
    if ('action' in line) return actionRows(line.action, tree)
    if ('delivery' in line) return [['delivery', deliveryRow(line.delivery)]]
    return []
  }
}

function messageRows(r: Content<'receipt'>, tree: string): Row[] {
  const digest = bytesOf(r.canonicalDigest, 'hex')
  // biome-ignore format: one line, column for column
  const row = [r.messageId, r.system, r.type, r.key, r.deduplicationKey,
    personal(bytesOf(r.payload, 'base64')), r.post,
    bytesOf(r.contentDigest, 'hex'), personal(r.canonical), digest, r.bundle, r.acceptedAt, tree, r.index, r.path]
  return [
    ['message', row],
    ['deduplication', [r.system, r.type, r.deduplicationKey, r.messageId, digest]],
  ]
}

function attemptRow(a: Content<'attempt'>, tree: string): unknown[] {
  // biome-ignore format: one line, column for column
  return [a.message, a.step, a.number, a.startedAt, a.duration, a.outcome, a.status, bytesOf(a.requestDigest, 'hex'),
    personal(a.reply), a.reason, tree, a.index]
}

function actionRows(a: Content<'action'>, tree: string): Row[] {
  const row = [a.id, a.at, a.operator, a.action, a.message, a.step, a.reason, a.detail, tree]
  const { correction: c } = a
  if (c === null) return [['audit', row]]
  const digest = bytesOf(c.canonicalDigest, 'hex')
  // biome-ignore format: one line, column for column
  const correction = [a.id, a.message, c.step, personal(c.canonical), digest, c.bundle, a.operator, a.reason, a.at, tree]
  return [
    ['audit', row],
    ['correction', correction],
  ]
}

const isOpen = (state: string): boolean => state === 'held' || state === 'ready' || state === 'dead'

function deliveryRow(d: Content<'delivery'>): unknown[] {
  if (isOpen(d.state)) throw new QiaoError('archive.file', { detail: `a delivery of ${d.message} is open` })
  // biome-ignore format: one line, column for column
  return [d.message, d.step, d.seq, d.system, d.key, d.lane, d.state, d.dueAt ?? 'infinity', d.attempts, personal(d.result),
    d.reason, d.settledAt, d.correction, d.doubt]
}
