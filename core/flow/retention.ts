// Retention: days past their time are archived, then purged; and their files follow the data keys. Any process may do it, at any time, and be ended at any place.
import type { Retention } from '../config.ts'
import { type DayFile, dueDays, heldDays } from '../ledger/archive.ts'
import { ledgerTime } from '../ledger/chain.ts'
import type { Database } from '../ledger/database.ts'
import type { Vault } from '../ledger/sealed.ts'
import type { Log } from '../log.ts'
import type { Keys } from '../signing/keys.ts'
import { addDays, localDay } from '../time.ts'
import type { Signer } from './accept.ts'
import type { Actor } from './action.ts'
import { type ArchiveParts, archiveDay } from './archive-day.ts'
import { every } from './every.ts'
import { hubKeys } from './hub-key.ts'
import { type Purged, purge } from './purge.ts'
import { resealFiles } from './reseal-files.ts'

// looks at days only, so it need not be often
const retainEvery = 3_600_000
// looks at the data key only, unless it is another one
const resealEvery = 60_000

/** What a run did. `held`: days that stay because something of them is open, with how much; `elsewhere`: days that another process archives. */
export type Retained = Purged & { archived: DayFile[]; held: Map<string, number>; elsewhere: string[] }

/** Archives every closed day before `before` (that one not) that nothing holds, and purges what may go. */
export async function retain(
  parts: ArchiveParts,
  retention: Retention,
  { before, today }: { before: string; today: string },
  actor: Actor,
  told: (file: DayFile) => void = () => undefined,
): Promise<Retained> {
  const { database, folder, signal } = parts
  const held = await heldDays(database.query, before)
  const archived: DayFile[] = []
  const elsewhere: string[] = []
  for (const day of await dueDays(database.query, before)) {
    if (held.has(day)) continue
    signal?.throwIfAborted()
    const file = await archiveDay(parts, day, actor)
    if (file) {
      archived.push(file)
      told(file)
    } else elsewhere.push(day)
  }
  const purged = await purge(parts, { ...retention, folder }, before, today, actor)
  return { ...purged, archived, held, elsewhere }
}

/** What the background work needs of the hub. */
export type RetentionParts = {
  database: Database
  signer: Signer
  keys: Keys
  vault: Vault
  owner: string
  log: Log
  retention?: Retention | undefined
}

/** Retains and seals anew in the background, where a folder is set. Answers the function that stops it, also in mid-file. */
export function startRetention(parts: RetentionParts): () => void {
  const { retention, log } = parts
  const folder = retention?.folder
  if (!retention || folder === undefined) return () => undefined
  const stopping = new AbortController()
  const { signal } = stopping
  const timers = [
    every(retainEvery, log, 'archive', () => retainQuietly(parts, { ...retention, folder }, signal)),
    every(resealEvery, log, 'reseal-files', resealQuietly(parts, folder, signal)),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
    stopping.abort()
  }
}

/** One run, told in the log. The day is the ledger's, whose clock all processes share. */
async function retainQuietly(
  { database, signer, keys, vault, owner, log }: RetentionParts,
  retention: Retention & { folder: string },
  signal: AbortSignal,
): Promise<void> {
  const { folder, keep } = retention
  const today = localDay(await ledgerTime(database.query))
  const actor = { operator: 'qiao', reason: `older than ${keep} days / 超过 ${keep} 天` }
  const { days, unsound, held } = await retain(
    { database, sealer: signer, hubKeys: hubKeys(keys), vault, folder, owner, signal },
    retention,
    { before: addDays(today, -keep), today },
    actor,
    ({ day, file, messages }) => log.info('archive.written', { day, file, messages }),
  )
  if (days.length > 0) log.info('archive.purged', { days: days.length, first: days[0], last: days.at(-1) })
  if (unsound.length > 0) log.error('archive.unsound', { days: unsound.join(' '), folder })
  if (held.size > 0) log.warn('archive.held', { days: held.size, first: [...held.keys()].sort()[0] })
}

/** Runs as soon as there is another data key, and every hour for what could not be sealed anew, each told in the log. */
function resealQuietly(
  { database, vault, owner, log }: RetentionParts,
  folder: string,
  signal: AbortSignal,
): () => Promise<void> {
  let done = { version: 0, until: 0 }
  return async () => {
    const version = vault.current()
    if (version === done.version && Date.now() < done.until) return
    const actor = { operator: 'qiao', reason: `data-${version} seals now / 当前数据密钥为 data-${version}` }
    const { failed } = await resealFiles({ database, vault, folder, owner, signal }, actor, ({ day, file }) =>
      log.info('archive.sealed', { day, file, version }),
    )
    for (const [file, error] of failed) log.warn('archive.unsealed', { file, error: error.slice(0, 200) })
    done = { version, until: Date.now() + retainEvery }
  }
}
