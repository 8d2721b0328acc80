// The daily chain: one signed link per day over everything that was proved that day.
import { growTree, sm3 } from './merkle.ts'

/** The hash before the first day. */
export const genesis: Buffer = sm3('qiao-chain-1')

export type Day = { day: string; entries: number; root: Buffer; previous: Buffer }

/** Merkle root of a day's evidence roots, in order of their ids; a day without evidence has the hash of nothing. */
export function dayRoot(roots: readonly Buffer[]): Buffer {
  return roots.length === 0 ? sm3('') : growTree(roots).root
}

/** Hash of a link: what the hub's key signs and the next day carries as `previous`. */
export function dayHash(d: Day): Buffer {
  return sm3(`qiao-day-1\n${d.day}\n${d.entries}\n${d.root.toString('hex')}\n${d.previous.toString('hex')}`)
}
