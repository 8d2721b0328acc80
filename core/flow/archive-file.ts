// The file of an archived day. It is known by what is in it, for what it is sealed with changes; and it takes its name when
// it is whole, so that whoever reads it has all of it.
import { createWriteStream } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { newId } from '../id.ts'
import type { Vault } from '../ledger/sealed.ts'
import { bytesOf, hashed } from './hashed-file.ts'
import { openBytes } from './sealed-file.ts'

/** The name of a day's file. */
export function fileOf(day: string): string {
  return `${day}.proof`
}

/**
 * What is in a file, once, open. After the last of it, `digest`: its SM3; and `is`: whether the ledger means this file by a
 * digest. That is the SM3 of what is in it, or, for a file from before it could be sealed anew, of its bytes as they lie.
 */
export function readArchive(
  path: string,
  vault: Vault,
): { content: AsyncGenerator<Buffer>; digest(): Buffer; is(recorded: Buffer): boolean } {
  const lying = hashed(bytesOf(path))
  const { passing: content, digest } = hashed(openBytes(lying.passing, vault))
  return {
    content,
    digest,
    is: (recorded) => recorded.equals(digest()) || recorded.equals(lying.digest()),
  }
}

/** A name under which the file of a day may be written, once what a process left that ended meanwhile is away. */
export async function newPart(folder: string, day: string): Promise<string> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${day}.`) && name.endsWith('.part')) await rm(join(folder, name), { force: true })
  }
  return join(folder, `${day}.${newId()}.part`)
}

/** Writes a file, down to the disk. */
export function writePart(
  part: string,
  bytes: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = createWriteStream(part, { mode: 0o600, flush: true })
  return pipeline(bytes, file, { ...(signal ? { signal } : {}) })
}

/** Gives a written file its name, in the place of another one if need be, durably. */
export async function putInPlace(part: string, path: string): Promise<void> {
  await rename(part, path)
  // a new name in a folder is durable when the folder is
  const folder = await open(dirname(path))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
