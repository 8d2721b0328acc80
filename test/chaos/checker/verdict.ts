// Compares what was acknowledged with what the platforms hold. Two phases: follow the journals until nothing is missing or
// nothing more comes, then ask for every single record by name.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Claims, createCount } from './claims.ts'
import { receivers } from './owed.ts'
import { missingOf } from './receiver.ts'
import { createWatch, systemOf, type Watch } from './watch.ts'

/** The four counts that must be 0, and what was acknowledged. */
export type Counts = {
  acknowledged: number
  lost: number
  repeated: number
  outOfOrder: number
  unverified: number
}
/** One line of the table. */
export type Row = {
  receiver: string
  owed: number
  held: number
  missing: number
  repeated: number
  recognised: number
  outOfOrder: number
}
export type Verdict = Counts & {
  rows: Row[]
  /** the first of everything that is wrong, in words */
  examples: string[]
}

/** `patience`: ms without a new arrival until what is missing counts as lost; `linger`: ms to wait for what comes too late. */
export type Waiting = { patience: number; linger: number }

const rest = 250

/** The verdict. `progress` gets the number of records still missing after each look. */
export async function judge(
  sandbox: string,
  claims: Claims,
  { patience, linger }: Waiting,
  progress: (missing: number) => void,
): Promise<Verdict> {
  const watches = receivers.map((name) => createWatch(sandbox, name, claims.owed.get(name) ?? new Map()))
  for (let quiet = Date.now(); Date.now() - quiet < patience; await sleep(rest)) {
    if ((await lookAll(watches)) > 0) quiet = Date.now()
    const missing = sum(watches.map(({ open }) => open.size))
    progress(missing)
    if (missing === 0) break
  }
  await sleep(linger)
  await lookAll(watches)
  return concluded(claims, watches, await askForAll(sandbox, claims))
}

async function lookAll(watches: readonly Watch[]): Promise<number> {
  return sum(await Promise.all(watches.map((watch) => watch.look())))
}

/** The second phase: every record by its name; answers the names that are not held, by receiver. */
async function askForAll(sandbox: string, { owed }: Claims): Promise<Map<string, Set<number>>> {
  const lost = new Map<string, Set<number>>()
  for (const [receiver, claims] of owed) {
    const missing = await missingOf(sandbox, systemOf(receiver), [...claims.values()])
    lost.set(receiver, new Set(missing.map(({ record }) => record)))
  }
  return lost
}

function concluded(claims: Claims, watches: readonly Watch[], asked: Map<string, Set<number>>): Verdict {
  const lost = new Set<number>()
  const missing = createCount()
  const rows = watches.map((watch): Row => {
    const own = new Set(asked.get(watch.receiver))
    for (const [place, { record, key, seq }] of watch.open) {
      own.add(record)
      missing.add(`${watch.receiver}: ${key} ${place}, number ${seq} of its key, is not there`)
    }
    for (const record of own) lost.add(record)
    const owed = claims.owed.get(watch.receiver)?.size ?? 0
    const { receiver, repeated, recognised, outOfOrder, open } = watch
    return {
      receiver,
      owed,
      held: owed - open.size,
      missing: own.size,
      repeated: repeated.count,
      recognised,
      outOfOrder: outOfOrder.count,
    }
  })
  const found = watches.flatMap(({ receiver, repeated, outOfOrder }) =>
    [...repeated.examples, ...outOfOrder.examples].map((text) => `${receiver}: ${text}`),
  )
  return {
    acknowledged: claims.acknowledged,
    lost: lost.size,
    repeated: sum(rows.map((row) => row.repeated)) + claims.twofold.count,
    outOfOrder: sum(rows.map((row) => row.outOfOrder)),
    unverified: claims.unverified.count,
    rows,
    examples: [...missing.examples, ...claims.unverified.examples, ...claims.twofold.examples, ...found],
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
