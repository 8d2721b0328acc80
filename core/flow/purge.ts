// Purging: what is archived leaves the ledger, once its file is seen to be there and unchanged; then what it leaves behind.
import { join } from 'node:path'
import type { Retention } from '../config.ts'
import { QiaoError, StartupError } from '../errors.ts'
import { NotProof } from '../evidence/proof-read.ts'
import { recordAction } from '../ledger/audit.ts'
import { ledgerTime } from '../ledger/chain.ts'
import type { Query } from '../ledger/database.ts'
import {
  dropPartition,
  type Going,
  leavingDefault,
  leavingPartitions,
  markDropped,
  writeAgain,
} from '../ledger/purge.ts'
import { endRestored } from '../ledger/restore-day.ts'
import type { Vault } from '../ledger/sealed.ts'
import {
  clearActions,
  clearDifferences,
  clearDropped,
  clearFeeds,
  clearKeys,
  clearSupplements,
} from '../ledger/sweep.ts'
import { addDays, localDay } from '../time.ts'
import { type Actor, newAction } from './action.ts'
import type { ArchiveParts } from './archive-day.ts'
import { readArchive } from './archive-file.ts'
import { countAllDays } from './coverage.ts'

type Parts = Pick<ArchiveParts, 'database' | 'vault'>

/** What was purged; `unsound`: days that stay and are archived again, for their file is lost or changed. */
export type Purged = { days: string[]; unsound: string[] }

/**
 * Takes archived days before `before` (that one not) out of the ledger, and forgets what else is past its time. A day
 * that was restored needs no file here: it was read from one. Without a folder only restored days leave.
 */
export async function purge(
  { database, vault }: Parts,
  { folder, keepKeys }: Retention,
  before: string,
  today: string,
  actor: Actor,
): Promise<Purged> {
  const days: string[] = []
  const unsound: string[] = []
  const note = async (query: Query, gone: readonly string[]): Promise<void> => {
    if (gone.length === 0) return
    const detail = JSON.stringify({ days: gone })
    await recordAction(query, newAction({ ...actor, action: 'purge', message: null, step: null, detail }))
  }
  const unsoundOf = async (goes: readonly Going[]): Promise<string[]> => {
    const bad = await filter(goes, async (day) => !(await isSound(folder, day, vault)))
    if (folder === undefined) return bad
    // they are still here, so they are simply written again
    await writeAgain(database.query, bad)
    unsound.push(...bad)
    return bad
  }
  // what has left cannot be counted any more
  await countAllDays(database)
  for (const leaving of await leavingPartitions(database.query, before)) {
    const stays = [...leaving.stays, ...(await unsoundOf(leaving.goes))]
    days.push(...(await dropPartition(database, { ...leaving, stays }, note)))
  }
  const strays = await leavingDefault(database.query, before)
  const bad = await unsoundOf(strays)
  const gone = strays.map(({ day }) => day).filter((day) => !bad.includes(day))
  await database.transaction(async (query) => {
    await markDropped(query, gone)
    await note(query, gone)
  })
  days.push(...gone)
  await clearDropped(database.query)
  await clearActions(database.query, before)
  await clearFeeds(database.query, before)
  await clearDifferences(database.query, before)
  await clearSupplements(database.query, before)
  await clearKeys(database.query, addDays(today, -keepKeys))
  return { days: days.sort(), unsound }
}

/** Lets a restored day leave at once. Throws request.not-found when it is none. */
export async function purgeRestored(
  parts: Parts,
  retention: Retention,
  day: string,
  actor: Actor,
): Promise<Purged> {
  if (!(await endRestored(parts.database.query, day)))
    throw new QiaoError('request.not-found', { detail: `${day} is no restored day` })
  const today = localDay(await ledgerTime(parts.database.query))
  return purge(parts, retention, addDays(day, 1), today, actor)
}

async function filter(days: readonly Going[], test: (day: Going) => Promise<boolean>): Promise<string[]> {
  const found: string[] = []
  for (const day of days) if (await test(day)) found.push(day.day)
  return found
}

async function isSound(
  folder: string | undefined,
  { file, digest, restored }: Going,
  vault: Vault,
): Promise<boolean> {
  if (restored) return true
  if (folder === undefined) return false
  try {
    const { content, is } = readArchive(join(folder, file), vault)
    for await (const _ of content);
    return is(digest)
  } catch (error) {
    // changed, also where it names its key: what cannot be opened here does not stand for the rows
    const isNone = error instanceof NotProof || error instanceof StartupError
    if (isNone || (error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
