// Reads the generator's file: what was acknowledged, whether each receipt verifies, and whether one record got two.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Acknowledged } from '../acknowledged.ts'
import { type Owed, owedFor, type Receiver } from './owed.ts'
import type { Judge } from './receipt.ts'

/** A record that a receiver must hold: which of its key's records it is, and the record it is owed for. */
export type Claim = Owed & { key: string; seq: number; record: number }

export type Claims = {
  /** distinct records with a receipt */
  acknowledged: number
  /** receipts that do not verify, the first of them in words */
  unverified: { count: number; examples: string[] }
  /** records that were accepted as two messages */
  twofold: { count: number; examples: string[] }
  /** by receiver, then by `table name` */
  owed: ReadonlyMap<Receiver, ReadonlyMap<string, Claim>>
}

/** Reads every line of `file`. */
export async function readClaims(file: string, judge: Judge): Promise<Claims> {
  const ids = new Map<string, { record: number; message: unknown }>()
  const owed = new Map<Receiver, Map<string, Claim>>()
  const unverified = createCount()
  const twofold = createCount()
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = JSON.parse(text) as Acknowledged
    const { kind, key, part, seq } = line
    const name = `${kind} ${key} ${part}`
    const wrong = judge(line)
    if (wrong) unverified.add(`${name}: ${wrong}`)
    const message = (line.receipt as { messageId?: unknown } | undefined)?.messageId
    const known = ids.get(name)
    if (known) {
      if (known.message !== message) twofold.add(`${name}: ${known.message} and ${message}`)
      continue
    }
    const record = ids.size
    ids.set(name, { record, message })
    for (const duty of owedFor(line)) {
      const claims = owed.get(duty.receiver) ?? new Map<string, Claim>()
      owed.set(duty.receiver, claims.set(placeOf(duty), { ...duty, key, seq, record }))
    }
  }
  return { acknowledged: ids.size, unverified, twofold, owed }
}

/** The name of a record inside its receiver. */
export function placeOf({ table, name }: { table: string; name: string }): string {
  return `${table} ${name}`
}

/** A count with the first few cases in words. */
export function createCount(): { count: number; examples: string[]; add(text: string): void } {
  return {
    count: 0,
    examples: [],
    add(text) {
      this.count++
      if (this.examples.length < 5) this.examples.push(text)
    },
  }
}
