// npm run bench -- stream: a stock file of XML read record by record, beside xml2js, and what memory that takes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openChannel } from '../channel.ts'
import { median } from '../report.ts'
import { writeStock } from './licences.ts'
import type { ReadAnswer, ReadCommand } from './reader.ts'
import type { ReaderName } from './readers.ts'

/** The help text. */
export const streamUsage = `npm run bench -- stream [options]
  --megabytes N       size of the file, which is written for the run and removed (100)
  --rounds N          rounds, both readers by turns, each in a fresh process; medians are printed (3)
  --json              one JSON line on standard output, progress on standard error`

/** Records a second, and MB of resident memory above the start at the most. */
export type StreamFigures = {
  name: 'stream'
  unit: 'records/s'
  megabytes: number
  records: number
  hub: number
  xml2js: number
  hubOverXml2js: number
  hubGrowth: number
  xml2jsGrowth: number
}

/** Runs the benchmark with the words after `stream`. */
export async function streamBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      megabytes: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(`${streamUsage}\n`)
  const [megabytes, rounds] = [Number(values.megabytes), Number(values.rounds)]
  if (!Number.isInteger(megabytes) || megabytes < 1)
    throw new Error('--megabytes needs a whole number from 1')
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds needs a whole number from 1')
  const folder = mkdtempSync(join(tmpdir(), 'qiao-bench-stream-'))
  try {
    const files = { warmUp: join(folder, 'small.xml'), file: join(folder, 'stock.xml') }
    process.stderr.write(`writing ${megabytes} MB\n`)
    await writeStock(files.warmUp, Math.min(10, megabytes))
    const records = await writeStock(files.file, megabytes)
    await prove(files, records)
    const figures = figuresOf(megabytes, records, await measure(files, rounds))
    process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs one reader in a fresh process. */
async function readOnce(command: ReadCommand): Promise<ReadAnswer> {
  const channel = openChannel<ReadCommand, ReadAnswer>('stream/reader.ts')
  try {
    return await channel.ask(command)
  } finally {
    channel.stop()
  }
}

type StockFiles = Pick<ReadCommand, 'warmUp' | 'file'>

/** No figures for readers that do not give every record, and the same ones. */
async function prove(files: StockFiles, records: number): Promise<void> {
  const hub = await readOnce({ reader: 'hub', ...files, prove: true })
  const other = await readOnce({ reader: 'xml2js', ...files, prove: true })
  for (const answer of [hub, other]) {
    if (answer.records !== records) throw new Error(`${answer.records} of ${records} records were read`)
  }
  if (hub.hash !== other.hash) throw new Error('the readers give different records')
  process.stderr.write(`${records} records, alike in both: sha256 ${hub.hash?.slice(0, 16)}…\n`)
}

type Answers = Readonly<Record<ReaderName, readonly ReadAnswer[]>>

async function measure(files: StockFiles, rounds: number): Promise<Answers> {
  const answers: Record<ReaderName, ReadAnswer[]> = { hub: [], xml2js: [] }
  for (let round = 1; round <= rounds; round++) {
    for (const reader of ['xml2js', 'hub'] as const) {
      const answer = await readOnce({ reader, ...files, prove: false })
      answers[reader].push(answer)
      const rate = Math.round(answer.records / answer.seconds)
      process.stderr.write(`round ${round}/${rounds}  ${reader.padEnd(6)}  ${rate} records/s\n`)
    }
  }
  return answers
}

/** The figures of a run: medians of the rates, and the most memory of any round. */
export function figuresOf(megabytes: number, records: number, { hub, xml2js }: Answers): StreamFigures {
  const rate = (answers: readonly ReadAnswer[]): number =>
    median(answers.map((answer) => answer.records / answer.seconds))
  const growth = (answers: readonly ReadAnswer[]): number =>
    Math.round(Math.max(...answers.map((answer) => answer.growth)))
  return {
    name: 'stream',
    unit: 'records/s',
    megabytes,
    records,
    hub: Math.round(rate(hub)),
    xml2js: Math.round(rate(xml2js)),
    hubOverXml2js: Math.round((rate(hub) / rate(xml2js)) * 100) / 100,
    hubGrowth: growth(hub),
    xml2jsGrowth: growth(xml2js),
  }
}

function table(figures: StreamFigures): string {
  const row = (name: ReaderName, growth: number): string =>
    `${name.padEnd(8)}${String(figures[name]).padStart(10)} records/s${String(growth).padStart(8)} MB above the start`
  return `
${figures.records} records in ${figures.megabytes} MB
${row('hub', figures.hubGrowth)}
${row('xml2js', figures.xml2jsGrowth)}
hub / xml2js  ${figures.hubOverXml2js}
`
}
