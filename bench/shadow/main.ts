// npm run bench -- shadow: a ledger full of messages, changed files beside it, and whether a shadow run finds every
// planted difference and no other, in constant memory.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { adapters } from '../../adapters/index.ts'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { terminal } from '../../cli/mapping/output.ts'
import { teller } from '../../cli/mapping/progress.ts'
import { compileBundle, type Files } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import type { Database } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { openLedger } from '../../ledger.ts'
import { startServices } from '../../scripts/services.mjs'
import { openChannel } from '../channel.ts'
import { createExpectation } from './count.ts'
import { edit } from './edits.ts'
import { fill } from './fill.ts'
import type { JudgeAnswer, JudgeCommand } from './judge.ts'
import { createPeople } from './people.ts'
import { newer, older, plants } from './plants.ts'
import { figuresOf, table } from './report.ts'

/** The help text. */
export const shadowUsage = `npm run bench -- shadow [options]
  --messages N        messages in the ledger (100000)
  --postgres          on a private PostgreSQL server; without it on the embedded ledger
  --json              one JSON line on standard output, progress on standard error`

// MB the run may hold at any time; without a limit V8 keeps some 200 MB of garbage before it looks for it
const heapLimit = '--max-old-space-size=192'

/** Runs the benchmark with the words after `shadow`; exit code 1 when anything was missed or made up. */
export async function shadowBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      messages: { type: 'string', default: '100000' },
      postgres: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(`${shadowUsage}\n`)
  const count = Number(values.messages)
  if (!Number.isInteger(count) || count < 1) throw new Error('--messages needs a whole number from 1')
  const folder = mkdtempSync(join(tmpdir(), 'qiao-bench-shadow-'))
  const services = values.postgres ? await startServices({ redis: false }) : undefined
  try {
    const place = {
      databaseUrl: services?.databaseUrl,
      data: join(folder, 'data'),
      keys: join(folder, 'keys'),
    }
    const figures = figuresOf(await run(place, join(folder, 'candidate'), count))
    process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures))
    if (figures.wrong.length > 0 || figures.personal > 0) process.exitCode = 1
  } finally {
    await services?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(place: Omit<JudgeCommand, 'candidate'>, candidate: string, count: number) {
  const shipped = readFiles(fileURLToPath(new URL('../../mappings', import.meta.url)))
  const past = [older, newer].map((edits) => compileBundle(edit(shipped, edits), adapters(), { systems: {} }))
  write(
    candidate,
    edit(
      shipped,
      plants.flatMap(({ edits }) => edits),
    ),
  )
  const expectation = createExpectation()
  const people = createPeople()
  const database = await open(place)
  const started = Date.now()
  const tell = teller(terminal)
  process.stderr.write('filling the ledger\n')
  let messages: number
  try {
    messages = await fill(database, past, {
      count,
      note: (message, bundle) => {
        expectation.note(message, bundle > 0)
        people.note(message)
      },
      progress: (done) =>
        tell({ messages: Math.min(done, count), total: count, seconds: (Date.now() - started) / 1000 }),
    })
  } finally {
    await database.close()
  }
  process.stderr.write('the shadow run\n')
  const judge = openChannel<JudgeCommand, JudgeAnswer>('shadow/judge.ts', [heapLimit])
  try {
    const answer = await judge.ask({ ...place, candidate })
    const { report } = answer
    return { ...answer, messages, verdicts: expectation.judge(report), personal: people.shownIn(report) }
  } finally {
    judge.stop()
  }
}

async function open(place: Omit<JudgeCommand, 'candidate'>): Promise<Database> {
  createDevelopmentKeys(place.keys)
  const { database } = await openLedger({ ...place, log: 'error' })
  await migrate(database)
  return database
}

function write(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
