// npm run bench -- bulk: a stock file goes into a running hub's ledger, killed and resumed twice, while departments go on
// posting. What they wait is measured before and during; at the end every licence of the file must be in, once.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { programWords } from '../../scripts/build.mjs'
import { startServices } from '../../scripts/services.mjs'
import { openChannel } from '../channel.ts'
import { failWhenEnded, repository, startProgram } from '../child.ts'
import { freePort, ready } from '../hub.ts'
import { freshStores } from '../stores.ts'
import { peakMemory } from '../usage.ts'
import { missingOf } from './check.ts'
import type { LiveAnswer, LiveCommand } from './live.ts'
import { stockSplit, writeStock } from './stock.ts'

/** The help text. */
export const bulkUsage = `npm run bench -- bulk [options]
  --records N         licences in the stock file (1000000)
  --rate N            messages a second that departments post meanwhile (50)
  --idle N            seconds of that before the import begins (30)
  --json              one JSON line on standard output, progress on standard error`

/** Milliseconds, records a second over the time the import ran, MB of its process at the most. */
export type BulkFigures = {
  name: 'bulk'
  records: number
  kills: number
  seconds: number
  recordsPerSecond: number
  missing: number
  twice: number
  memory: number
  idleP99: number
  bulkP99: number
  bulkOverIdle: number
}

const say = (text: string): void => void process.stderr.write(text)

/** Runs the benchmark with the words after `bulk`. */
export async function bulkBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '1000000' },
      rate: { type: 'string', default: '50' },
      idle: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(`${bulkUsage}\n`)
  const [records = 0, rate = 0, idle = 0] = [values.records, values.rate, values.idle].map(Number)
  if (![records, rate, idle].every((n) => Number.isInteger(n) && n > 0))
    throw new Error('--records, --rate and --idle need whole numbers from 1')
  const figures = await run({ records, rate, idle })
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures))
}

type Size = { records: number; rate: number; idle: number }

async function run({ records, rate, idle }: Size): Promise<BulkFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-bench-bulk-'))
  const services = await startServices({})
  const live = openChannel<LiveCommand, LiveAnswer>('bulk/live.ts')
  const stop: (() => unknown)[] = [() => live.stop()]
  try {
    const file = join(folder, 'stock.xml')
    await writeStock(file, records)
    const keys = join(folder, 'keys')
    createDevelopmentKeys(keys)
    const stores = await freshStores(services)
    stop.unshift(() => stores.drop())
    const port = await freePort()
    const environment = {
      PATH: process.env.PATH ?? '',
      QIAO_KEYS: keys,
      QIAO_DATA: join(folder, 'data'),
      QIAO_PORT: String(port),
      DATABASE_URL: stores.databaseUrl,
      REDIS_URL: stores.redisUrl,
    }
    const hub = startProgram('cli/main.ts', ['start'], environment)
    stop.unshift(() => hub.stop())
    const url = `http://127.0.0.1:${port}`
    await Promise.race([ready(url), failWhenEnded(hub, 'the hub')])
    const where = { url, keys, rate }
    await live.ask({ ...where, seconds: 10 }) // past the compilers of V8
    const before = await live.ask({ ...where, seconds: idle })
    say(`idle: p99 ${before.p99.toFixed(1)} ms of ${before.sent}\n`)
    const during = live.ask({ ...where, seconds: undefined })
    const bulk = await importKilledTwice(file, records, environment)
    await live.ask({ stop: true })
    const meanwhile = await during
    say(`meanwhile: p99 ${meanwhile.p99.toFixed(1)} ms of ${meanwhile.sent}\n`)
    const { missing, twice } = await missingOf(stores.databaseUrl, records)
    return {
      name: 'bulk',
      records,
      ...bulk,
      recordsPerSecond: Math.round(records / bulk.seconds),
      missing,
      twice,
      idleP99: rounded(before.p99),
      bulkP99: rounded(meanwhile.p99),
      bulkOverIdle: rounded(meanwhile.p99 / before.p99),
    }
  } finally {
    for (const each of stop) await each()
    await services.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100

/** Kills it in the first and in the second third, somewhere. */
async function importKilledTwice(
  file: string,
  records: number,
  environment: Record<string, string>,
): Promise<{ kills: number; seconds: number; memory: number }> {
  const marks = [1, 2].map((third) => Math.floor((records * (third - 1 + 0.3 + Math.random() * 0.5)) / 3))
  const began = performance.now()
  let memory = 0
  for (let kills = 0; ; ) {
    const mark = marks[kills] ?? Number.POSITIVE_INFINITY
    const { killed, peak } = await importOnce(file, environment, mark)
    memory = Math.max(memory, peak)
    if (!killed)
      return { kills, seconds: rounded((performance.now() - began) / 1_000), memory: Math.round(memory) }
    kills++
    say(`killed -9 behind record ${mark}\n`)
    await sleep(500)
  }
}

async function importOnce(
  file: string,
  environment: Record<string, string>,
  mark: number,
): Promise<{ killed: boolean; peak: number }> {
  const command = [
    ...programWords('cli/main.ts'),
    'backfill',
    file,
    '--system',
    'social',
    '--message',
    'licence',
  ]
  const more = ['--split', stockSplit, '--by', 'bench', '--why', 'bench', '--ahead', 'none']
  const child: ChildProcess = spawn(process.execPath, [...command, ...more], {
    cwd: repository,
    env: environment,
  })
  let peak = 0
  let last = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    last = chunk.toString()
    const at = Number(/(\d+) records, /.exec(last)?.[1])
    if (Number.isNaN(at)) return
    peak = Math.max(peak, peakMemory(child.pid ?? 0))
    if (at >= mark) child.kill('SIGKILL')
    else say(last)
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal === null && code !== 0) throw new Error(`the import ended with ${code}: ${last}`)
  return { killed: signal === 'SIGKILL', peak }
}

function table(f: BulkFigures): string {
  return (
    `${f.records} licences in ${f.seconds} s, ${f.recordsPerSecond}/s, killed ${f.kills} times, at most ${f.memory} MB\n` +
    `  missing ${f.missing}, twice ${f.twice}\n` +
    `  intake p99 idle ${f.idleP99} ms, meanwhile ${f.bulkP99} ms, ratio ${f.bulkOverIdle.toFixed(2)}\n`
  )
}
