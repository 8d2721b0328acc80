// Archives a day: writes its proof file, reads it back as anybody would who has nothing else, and only then records it.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { QiaoError } from '../errors.ts'
import { checkProof } from '../evidence/proof-check.ts'
import { readProof } from '../evidence/proof-read.ts'
import { type Sealer, writeProof } from '../evidence/proof-write.ts'
import { claimDay, type DayFile, recordDay, releaseDay } from '../ledger/archive.ts'
import { recordAction } from '../ledger/audit.ts'
import type { Database } from '../ledger/database.ts'
import type { Vault } from '../ledger/sealed.ts'
import type { VerifyingKey } from '../signing/keys.ts'
import { type Actor, newAction } from './action.ts'
import { fileOf, newPart, putInPlace, readArchive, writePart } from './archive-file.ts'
import { hashed } from './hashed-file.ts'
import { trusted } from './hub-key.ts'
import { proveDay } from './proof.ts'
import { sealPieces } from './sealed-file.ts'

export type ArchiveParts = {
  database: Database
  sealer: Sealer
  /** the hub's public keys */
  hubKeys: readonly VerifyingKey[]
  /** seals the file */
  vault: Vault
  folder: string
  /** names this process in claims */
  owner: string
  /** ends a file that is being written; it is begun again another time */
  signal?: AbortSignal
}

/** minutes after which a day that nobody finished is somebody else's */
export const lease = 60

/**
 * Archives a closed day. Answers undefined when another process does. Throws archive.file when what was written does not
 * stand the check; then, as after an end at any other place, the day is as it was.
 */
export async function archiveDay(
  { database, sealer, hubKeys, vault, folder, owner, signal }: ArchiveParts,
  day: string,
  actor: Actor,
): Promise<DayFile | undefined> {
  if (!(await claimDay(database.query, day, owner, lease))) return undefined
  await mkdir(folder, { recursive: true })
  const part = await newPart(folder, day)
  try {
    const lines = proveDay(database.query, day, { keys: hubKeys, content: true, now: new Date() })
    const written = hashed(writeProof(lines, sealer))
    const version = vault.current()
    await writePart(part, sealPieces(written.passing, vault, version), signal)
    const { digest, messages, fault } = await checkDay(part, day, hubKeys, vault)
    if (fault !== undefined || !digest.equals(written.digest()))
      throw new QiaoError('archive.file', { detail: `${day}: ${fault ?? 'the disk gave back other bytes'}` })
    const file = { day, file: fileOf(day), digest, messages, version }
    return (await record(database, folder, part, file, owner, actor)) ? file : undefined
  } finally {
    await rm(part, { force: true })
    await releaseDay(database.query, day, owner)
  }
}

type Checked = {
  day: string | undefined
  digest: Buffer
  is(recorded: Buffer): boolean
  messages: number
  fault: string | undefined
}

/** Checks the file of a day with the hub's keys. `fault`: the first thing that does not fit; `is`: see readArchive. */
export async function checkDay(
  path: string,
  day: string | undefined,
  hubKeys: readonly VerifyingKey[],
  vault: Vault,
): Promise<Checked> {
  const { content, digest, is } = readArchive(path, vault)
  const { header, receipts, faults } = await checkProof(readProof(content), () => trusted(hubKeys))
  const isDay = header?.message === null && header.content && header.day === (day ?? header.day)
  const [first] = faults
  const fault = first ? `line ${first.line}: ${first.en}` : isDay ? undefined : 'not the whole of the day'
  return { day: header?.day, digest: digest(), is, messages: receipts, fault }
}

/** Gives the file its name in the transaction that records it: whoever loses the day changes neither. */
function record(
  database: Database,
  folder: string,
  part: string,
  file: DayFile,
  owner: string,
  actor: Actor,
): Promise<boolean> {
  const detail = JSON.stringify({ ...file, digest: file.digest.toString('hex') })
  const action = newAction({ ...actor, action: 'archive', message: null, step: null, detail })
  return database.transaction(async (query) => {
    if (!(await recordDay(query, file, owner))) return false
    await recordAction(query, action)
    await putInPlace(part, join(folder, file.file))
    return true
  })
}
