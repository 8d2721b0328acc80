// Seals archive files anew that an older data key sealed, or that are from before there were seals. What is in a file stays,
// byte for byte, and with it its digest and its proof.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { QiaoError } from '../errors.ts'
import {
  claimFile,
  recordContent,
  recordSeal,
  releaseDay,
  type StaleFile,
  staleFiles,
} from '../ledger/archive.ts'
import { recordAction } from '../ledger/audit.ts'
import { type Actor, newAction } from './action.ts'
import { type ArchiveParts, lease } from './archive-day.ts'
import { newPart, putInPlace, readArchive, writePart } from './archive-file.ts'
import { sealPieces } from './sealed-file.ts'

type Parts = Pick<ArchiveParts, 'database' | 'vault' | 'folder' | 'owner' | 'signal'>

/**
 * What a run did, by names of files. `lost`: not in the folder; `failed`: what was wrong with each, which stays as it is;
 * `elsewhere`: another process has it.
 */
export type Resealed = { sealed: string[]; lost: string[]; failed: Map<string, string>; elsewhere: string[] }

/** Seals anew every file of the folder that needs it. One that cannot be holds nobody else up. */
export async function resealFiles(
  parts: Parts,
  actor: Actor,
  told: (file: StaleFile) => void = () => undefined,
): Promise<Resealed> {
  const { database, vault, folder, signal } = parts
  const done: Resealed = { sealed: [], lost: [], failed: new Map(), elsewhere: [] }
  const stale = await staleFiles(database.query, vault.current())
  if (stale.length === 0) return done
  const here = new Set(await readdir(folder))
  for (const known of stale) {
    const { file, day } = known
    if (!here.has(file)) {
      done.lost.push(file)
      continue
    }
    try {
      if (await resealFile(parts, day, actor)) {
        done.sealed.push(file)
        told(known)
      } else done.elsewhere.push(file)
    } catch (error) {
      signal?.throwIfAborted()
      done.failed.set(file, (error as Error).message)
    }
  }
  return done
}

/**
 * Writes the file of a day beside the old one, and puts it in its place in the transaction that records the key. Answers
 * false when another process does. Throws archive.file when the file is not the one that was archived. Whenever it ends,
 * the file is whole, and the one that the ledger means: before and after, what is in it is the same.
 */
export async function resealFile(
  { database, vault, folder, owner, signal }: Parts,
  day: string,
  actor: Actor,
): Promise<boolean> {
  const version = vault.current()
  // not the name under which this process archives: it would take the day from itself
  const me = `${owner} seals`
  const known = await claimFile(database.query, version, day, me, lease)
  if (!known) return false
  const path = join(folder, known.file)
  const part = await newPart(folder, day)
  try {
    const old = readArchive(path, vault)
    await writePart(part, sealPieces(gently(old.content), vault, version), signal)
    if (!old.is(known.digest)) throw new QiaoError('archive.file', { detail: known.file })
    const digest = old.digest()
    await readBack(part, digest, vault)
    // before the file changes: an end between its new name and the commit must not leave one that the ledger does not know
    if (!digest.equals(known.digest)) await recordContent(database.query, day, me, digest)
    const detail = JSON.stringify({ day, file: known.file, digest: digest.toString('hex'), version })
    const action = newAction({ ...actor, action: 'seal', message: null, step: null, detail })
    return await database.transaction(async (query) => {
      if (!(await recordSeal(query, day, me, version))) return false
      await recordAction(query, action)
      await putInPlace(part, path)
      return true
    })
  } finally {
    await rm(part, { force: true })
    await releaseDay(database.query, day, me)
  }
}

async function readBack(part: string, digest: Buffer, vault: Parts['vault']): Promise<void> {
  const written = readArchive(part, vault)
  for await (const _ of gently(written.content));
  if (!written.digest().equals(digest))
    throw new QiaoError('archive.file', { detail: `${part}: the disk gave back other bytes` })
}

/** Rests as long as the work on each piece took: it is done in the thread that delivers. */
async function* gently(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let began = performance.now()
  for await (const piece of pieces) {
    yield piece
    await rest(performance.now() - began)
    began = performance.now()
  }
}
