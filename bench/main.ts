// npm run bench: the hub against a straight-line reference program that does the same work, by turns, on the same
// stores, with the same messages. See reference/main.ts for what the reference leaves out, options.ts for flags.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Services, startServices } from '../scripts/services.mjs'
import { openChannel } from './channel.ts'
import type { Target } from './child.ts'
import type { DriverAnswer, DriverCommand } from './driver.ts'
import { appId, type BenchKeys, makeKeys, startHub } from './hub.ts'
import { type Figures, type Harness, measure, prove } from './measure.ts'
import { type Combination, type Options, readOptions, usage } from './options.ts'
import { startReference } from './reference.ts'
import { figuresOf, jsonLines, table } from './report.ts'
import type { SinkAnswer, SinkCommand } from './sink.ts'
import { freshStores } from './stores.ts'

const say = (line: string): void => void process.stderr.write(line)

async function main(options: Options): Promise<void> {
  const load = loadavg()[0] ?? 0
  if (load > availableParallelism() / 2)
    say(`the machine is busy (load ${load.toFixed(1)}): trust ratios, not figures\n`)
  const folder = mkdtempSync(join(tmpdir(), 'qiao-bench-'))
  const keys = makeKeys(folder)
  const servers = options.combinations.some(({ stores }) => stores !== 'pglite')
  const services = await startServices({ postgres: servers, redis: servers })
  const driver = openChannel<DriverCommand, DriverAnswer>('driver.ts')
  const sink = openChannel<SinkCommand, SinkAnswer>('sink.ts')
  try {
    const { port } = await sink.ask({ do: 'open' })
    const bench = { harness: { driver, sink, secret: keys.department }, keys, services, folder, port }
    for (const combination of options.combinations) {
      const figures = figuresOf(combination.name, await compare(bench, combination, options))
      process.stdout.write(options.json ? jsonLines(figures) : `\n${table(figures)}`)
    }
  } finally {
    driver.stop()
    sink.stop()
    await services.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Bench = { harness: Harness; keys: BenchKeys; services: Services; folder: string; port: number }

async function compare(bench: Bench, combination: Combination, options: Options) {
  const count = options.messages ?? (combination.algorithm === 'hmac' ? 20_000 : 8_000)
  const hub: Figures[] = []
  const reference: Figures[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const [name, list] of [
      ['reference', reference],
      ['hub', hub],
    ] as const) {
      say(`${combination.name}  round ${round}/${options.rounds}  ${name.padEnd(9)} `)
      const figures = await once(bench, combination, name, count)
      list.push(figures)
      say(`${Math.round(figures.rate)} messages/s, ${Math.round(figures.cpu)} µs cpu/message\n`)
    }
  }
  return { hub, reference }
}

/** Starts one program on fresh stores, proves that it does the work, measures it, stops it. */
async function once(
  bench: Bench,
  { stores, algorithm }: Combination,
  name: 'hub' | 'reference',
  count: number,
): Promise<Figures> {
  const { harness, keys, services, port } = bench
  const fresh = stores === 'pglite' ? undefined : await freshStores(services)
  const folder = mkdtempSync(join(bench.folder, 'data-'))
  const sinkUrl = `http://127.0.0.1:${port}`
  let target: Target | undefined
  try {
    const key = keys[algorithm]
    target =
      name === 'hub'
        ? await startHub({
            algorithm,
            sinkUrl,
            keys,
            ...(fresh ? { databaseUrl: fresh.databaseUrl, redisUrl: fresh.redisUrl } : {}),
          })
        : await startReference({
            algorithm,
            sinkUrl: `${sinkUrl}/record`,
            key,
            appId,
            folder,
            ...(fresh ? { databaseUrl: fresh.databaseUrl } : {}),
          })
    await prove(harness, target, { algorithm, key, appId })
    return await measure(harness, target, count, Math.min(count, Math.max(2_000, Math.ceil(count / 2))))
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}\n${target?.output() ?? ''}`, { cause: error })
  } finally {
    await target?.stop()
    await fresh?.drop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Benchmarks of their own, by the first word; without one the hub is measured. */
const others: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  mapping: async (args) => (await import('./mapping/main.ts')).mappingBench(args),
  stream: async (args) => (await import('./stream/main.ts')).streamBench(args),
  backlog: async (args) => (await import('./backlog/main.ts')).backlogBench(args),
  bulk: async (args) => (await import('./bulk/main.ts')).bulkBench(args),
  shadow: async (args) => (await import('./shadow/main.ts')).shadowBench(args),
}

try {
  const [word = '', ...rest] = process.argv.slice(2)
  const other = Object.hasOwn(others, word) ? others[word] : undefined
  if (other !== undefined) await other(rest)
  else {
    const options = readOptions(process.argv.slice(2))
    if (options === 'help') process.stdout.write(`${usage}\n`)
    else await main(options)
  }
} catch (error) {
  say(`\nbench: ${(error as Error).message}\n`)
  process.exitCode = 1
}
