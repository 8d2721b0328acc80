// The disk of this machine as one that fills and is freed again. Tests that fill it stand in one file, one after the other.
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

export type FillableDisk = {
  /** bytes that must be left: while it is filled there are less */
  least: number
  fill(): void
  free(): void
}

const most = 2 ** 32

/** The disk of a folder. Half of what is filled and freed may be taken or given back by others meanwhile. */
export function fillableDisk(folder: string): FillableDisk {
  const { bavail, bsize } = statfsSync(folder)
  const size = Math.min(most, Math.floor((bavail * bsize) / 4))
  const large = join(folder, 'large')
  return {
    least: bavail * bsize - size / 2,
    fill: () => void execFileSync('fallocate', ['-l', String(size), large]),
    free: () => rmSync(large, { force: true }),
  }
}
