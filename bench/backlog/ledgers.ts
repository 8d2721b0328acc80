// Hubs beside each other, each on a ledger of its own, measured by turns with the same traffic.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServices } from '../../scripts/services.mjs'
import { openChannel } from '../channel.ts'
import type { Target } from '../child.ts'
import type { DriverAnswer, DriverCommand } from '../driver.ts'
import { type BenchKeys, makeKeys, startHub } from '../hub.ts'
import { type Figures, type Harness, load, measure } from '../measure.ts'
import { median } from '../report.ts'
import type { SinkAnswer, SinkCommand } from '../sink.ts'
import { type FreshStores, freshStores } from '../stores.ts'
import { countWaiting, multiply, postRecord, settleServer } from './fill.ts'

/** What a ledger holds before it is measured: copies for the platform that takes records, or for the one that is away. */
export type Contents = { system: 'sink' | 'stuck'; waiting: number; dead: number }

/** A hub that runs on its ledger. */
export type Running = { hub: Target; stores: FreshStores; keys: BenchKeys }

/** `messages` a measurement, to the platform that takes records. */
export type Size = { messages: number; rounds: number }

export const say = (text: string): void => void process.stderr.write(text)

/**
 * Measures a hub on each of these ledgers by turns, then asks `more` of the running hubs. Throws where a delivery that waits
 * was lost.
 */
export async function compareLedgers<Name extends string, More>(
  ledgers: Readonly<Record<Name, Contents | undefined>>,
  size: Size,
  more: (running: Readonly<Record<Name, Running>>) => Promise<More>,
): Promise<{ rounds: Record<Name, Figures[]>; more: More }> {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-bench-backlog-'))
  const keys = makeKeys(folder)
  const services = await startServices({})
  const driver = openChannel<DriverCommand, DriverAnswer>('driver.ts')
  const sink = openChannel<SinkCommand, SinkAnswer>('sink.ts')
  const stop: (() => unknown)[] = [() => driver.stop(), () => sink.stop()]
  const names = Object.keys(ledgers) as Name[]
  try {
    const { port } = await sink.ask({ do: 'open' })
    const harness = { driver, sink, secret: keys.department }
    const running = {} as Record<Name, Running>
    for (const [number, name] of names.entries()) {
      const stores = await freshStores(services, number)
      stop.unshift(() => stores.drop())
      const hub = await startHub(hubOptions(keys, `http://127.0.0.1:${port}`, stores))
      stop.unshift(() => hub.stop())
      await load(harness, hub, size.messages)
      running[name] = { hub, stores, keys }
    }
    for (const name of names) await fill(running[name], ledgers[name])
    for (const name of names) await settleServer(running[name].stores.databaseUrl)
    const rounds = await byTurns(harness, running, names, size)
    const answer = await more(running)
    for (const name of names) await check(running[name], ledgers[name])
    return { rounds, more: answer }
  } finally {
    for (const each of stop) await each()
    await services.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The median of one figure. */
export function middle(list: readonly Figures[], key: keyof Figures): number {
  return median(list.map((one) => one[key]))
}

function hubOptions(keys: BenchKeys, sinkUrl: string, { databaseUrl, redisUrl }: FreshStores) {
  return { algorithm: 'hmac', sinkUrl, keys, databaseUrl, redisUrl, more: 'backlog' } as const
}

async function fill({ hub, stores, keys }: Running, contents: Contents | undefined): Promise<void> {
  if (!contents) return
  const { system, waiting, dead } = contents
  const away = system === 'stuck'
  const id = await postRecord(hub.url, keys.department, away ? '9' : '0')
  // the one that was posted waits too, where nobody takes it
  const count = waiting + dead - (away ? 1 : 0)
  await multiply(stores.databaseUrl, id, { count, dead }, (done) =>
    say(`\r${done} deliveries to ${system} stand `),
  )
  say('\n')
}

async function check({ stores }: Running, contents: Contents | undefined): Promise<void> {
  if (!contents) return
  const left = await countWaiting(stores.databaseUrl, contents.system)
  if (left !== contents.waiting) throw new Error(`${left} of ${contents.waiting} deliveries still wait`)
}

async function byTurns<Name extends string>(
  harness: Harness,
  running: Readonly<Record<Name, Running>>,
  names: readonly Name[],
  { messages, rounds }: Size,
): Promise<Record<Name, Figures[]>> {
  const all = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Figures[]>
  for (let round = 1; round <= rounds; round++) {
    // what comes first in one round comes last in the next
    for (const name of round % 2 === 1 ? names : names.toReversed()) {
      const figures = await measure(harness, running[name].hub, messages, Math.ceil(messages / 5))
      all[name].push(figures)
      say(
        `round ${round}/${rounds}  ${name.padEnd(5)} ${Math.round(figures.rate)} messages/s, ` +
          `${Math.round(figures.cpu)} µs cpu/message, ${Math.round(figures.memory)} MB\n`,
      )
    }
  }
  return all
}
