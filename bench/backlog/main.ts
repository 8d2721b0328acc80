// npm run bench -- backlog: what a platform that is away costs the others. Two hubs beside each other, one on an empty ledger,
// one on a ledger with a backlog, are measured by turns with the same traffic to another platform.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startServices } from '../../scripts/services.mjs'
import { openChannel } from '../channel.ts'
import type { DriverAnswer, DriverCommand } from '../driver.ts'
import { type BenchKeys, makeKeys, startHub } from '../hub.ts'
import { type Figures, type Harness, load, measure } from '../measure.ts'
import { median } from '../report.ts'
import type { SinkAnswer, SinkCommand } from '../sink.ts'
import { type FreshStores, freshStores } from '../stores.ts'
import { countWaiting, multiply, postUrgent } from './fill.ts'

/** The help text. */
export const backlogUsage = `npm run bench -- backlog [options]
  --waiting N         deliveries that wait for a platform that is away (1000000)
  --messages N        messages a measurement, to another platform (10000)
  --rounds N          rounds, empty and full ledger by turns; medians are printed (5)
  --json              one JSON line on standard output, progress on standard error`

/** Messages a second and MB of the hub's process, by ledger. */
export type BacklogFigures = {
  name: 'backlog'
  waiting: number
  empty: number
  full: number
  fullOverEmpty: number
  emptyMemory: number
  fullMemory: number
}

const say = (text: string): void => void process.stderr.write(text)

/** Runs the benchmark with the words after `backlog`. */
export async function backlogBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      waiting: { type: 'string', default: '1000000' },
      messages: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(`${backlogUsage}\n`)
  const [waiting, messages, rounds] = [values.waiting, values.messages, values.rounds].map(Number)
  if (![waiting, messages, rounds].every((n) => Number.isInteger(n) && Number(n) > 0))
    throw new Error('--waiting, --messages and --rounds need whole numbers from 1')
  const figures = await compare({ waiting: waiting ?? 0, messages: messages ?? 0, rounds: rounds ?? 0 })
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures))
}

type Size = { waiting: number; messages: number; rounds: number }

async function compare(size: Size): Promise<BacklogFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-bench-backlog-'))
  const keys = makeKeys(folder)
  const services = await startServices({})
  const driver = openChannel<DriverCommand, DriverAnswer>('driver.ts')
  const sink = openChannel<SinkCommand, SinkAnswer>('sink.ts')
  const stop: (() => unknown)[] = [() => driver.stop(), () => sink.stop()]
  try {
    const { port } = await sink.ask({ do: 'open' })
    const harness = { driver, sink, secret: keys.department }
    const hubs = []
    for (const number of [0, 1]) {
      const stores = await freshStores(services, number)
      stop.unshift(() => stores.drop())
      const hub = await startHub(hubOptions(keys, `http://127.0.0.1:${port}`, stores))
      stop.unshift(() => hub.stop())
      await load(harness, hub, size.messages)
      hubs.push({ hub, stores })
    }
    const [empty, full] = hubs
    if (!empty || !full) throw new Error('no hubs')
    const id = await postUrgent(full.hub.url, keys.department)
    await multiply(full.stores.databaseUrl, id, size.waiting - 1, (done) => say(`\r${done} deliveries wait `))
    say('\n')
    const rounds = await byTurns(harness, { empty: empty.hub, full: full.hub }, size)
    const left = await countWaiting(full.stores.databaseUrl, 'stuck')
    if (left !== size.waiting) throw new Error(`${left} of ${size.waiting} deliveries still wait`)
    return figuresOf(size.waiting, rounds)
  } finally {
    for (const each of stop) await each()
    await services.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function hubOptions(keys: BenchKeys, sinkUrl: string, { databaseUrl, redisUrl }: FreshStores) {
  return { algorithm: 'hmac', sinkUrl, keys, databaseUrl, redisUrl, more: 'backlog' } as const
}

type Rounds = Record<'empty' | 'full', Figures[]>

async function byTurns(
  harness: Harness,
  targets: Record<keyof Rounds, Parameters<typeof measure>[1]>,
  { messages, rounds }: Size,
): Promise<Rounds> {
  const all: Rounds = { empty: [], full: [] }
  for (let round = 1; round <= rounds; round++) {
    // what comes first in one round comes last in the next
    for (const name of round % 2 === 1 ? (['empty', 'full'] as const) : (['full', 'empty'] as const)) {
      const figures = await measure(harness, targets[name], messages, Math.ceil(messages / 5))
      all[name].push(figures)
      say(
        `round ${round}/${rounds}  ${name.padEnd(5)} ${Math.round(figures.rate)} messages/s, ` +
          `${Math.round(figures.cpu)} µs cpu/message, ${Math.round(figures.memory)} MB\n`,
      )
    }
  }
  return all
}

function figuresOf(waiting: number, { empty, full }: Rounds): BacklogFigures {
  const middle = (list: readonly Figures[], key: keyof Figures): number => median(list.map((one) => one[key]))
  const [a, b] = [middle(empty, 'rate'), middle(full, 'rate')]
  return {
    name: 'backlog',
    waiting,
    empty: Math.round(a),
    full: Math.round(b),
    fullOverEmpty: Math.round((b / a) * 1_000) / 1_000,
    emptyMemory: Math.round(middle(empty, 'memory')),
    fullMemory: Math.round(middle(full, 'memory')),
  }
}

function table(f: BacklogFigures): string {
  return (
    `${f.waiting} deliveries wait for a platform that is away; traffic to another one:\n` +
    `  empty ledger  ${f.empty} messages/s  ${f.emptyMemory} MB\n` +
    `  full ledger   ${f.full} messages/s  ${f.fullMemory} MB\n` +
    `  full/empty    ${f.fullOverEmpty.toFixed(2)}\n`
  )
}
