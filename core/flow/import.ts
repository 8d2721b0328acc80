// A stock file through the intake of a department: read in constant memory, mapped like a posted message, written in
// batches whose place in the file is written with them, so that nothing is taken twice or left out, whenever it is killed.
import { QiaoError } from '../errors.ts'
import type { Database } from '../ledger/database.ts'
import { countOpen, type ImportRow, moveImport } from '../ledger/import.ts'
import type { CanonicalRecord, Intake } from '../mapping/intake.ts'
import { localTime } from '../time.ts'
import type { Accepted, Acceptor, Post } from './accept.ts'
import type { Gate } from './gate.ts'
import { planDeliveries } from './place.ts'
import type { Loaded } from './registry.ts'

/** What is imported: which records of which system, by which files. */
export type ImportPlan = {
  row: Pick<ImportRow, 'name' | 'system' | 'position'>
  bundle: Loaded
  intake: Intake
  /** from the beginning of the file, one at a time */
  records: AsyncIterable<unknown>
  /** as a department's document has them: one record of the file put where the mapping looks for it */
  document: (record: unknown) => unknown
}

/** How fast it may go. */
export type ImportPace = {
  /** deliveries of the file's systems that may be open before it waits; Infinity: it never does */
  ahead: number
  /** records a second at most */
  rate: number
}

/** A record that was not taken. `record`: its number in the file, from 1. */
export type Reject = { record: number; error: QiaoError }

/** Hears how far it is after each batch, and of records that were not taken, before they count as read. */
export type ImportWatch = {
  moved: (position: number) => void
  rejected: (rejects: readonly Reject[]) => Promise<void>
}

const batchSize = 64
// How many times as long as a batch took the ledger is left to others. With one time, what departments waited (p99) was
// three times what it is without an import, on two cores; with three, one and a half times.
const theirs = 3
// looks at the open deliveries every so many records
const lookEvery = 2_048
const patience = 500

type Batch = { posts: Post[]; numbers: number[]; rejects: Reject[]; keys: Set<string>; read: number }
const newBatch = (): Batch => ({ posts: [], numbers: [], rejects: [], keys: new Set(), read: 0 })

/** Reads what is left of a file. Throws ImportMoved when another process reads it too, and what the reader throws. */
export async function runImport(
  { database, acceptor, gate }: { database: Database; acceptor: Acceptor; gate: Gate },
  plan: ImportPlan,
  pace: ImportPace,
  watch: ImportWatch,
): Promise<void> {
  const systems = targetsOf(plan)
  const began = performance.now()
  let position = plan.row.position
  let number = 0
  let batch = newBatch()
  let writing: Promise<void> = Promise.resolve()

  const write = async (full: Batch, from: number): Promise<void> => {
    // told before they count: a kill in between tells a record twice, never not at all
    if (full.rejects.length > 0) await watch.rejected(full.rejects)
    const started = performance.now()
    const answers = await acceptor.acceptTogether(full.posts, (query, { fresh, known, refused }) =>
      moveImport(query, plan.row.name, from, {
        accepted: fresh,
        duplicates: known,
        refused: refused + full.rejects.length,
      }),
    )
    const refused = refusedOf(answers, full.numbers)
    if (refused.length > 0) await watch.rejected(refused)
    watch.moved(from + full.read)
    // departments that are posting meanwhile come first
    await sleep(theirs * (performance.now() - started))
  }
  /** Writes the batch while the next one is made; one at a time, in order. */
  const flush = async (): Promise<void> => {
    await writing
    if (batch.read === 0) return
    // as for everybody else; what is in stays in, and the import goes on from there another time
    const shut = gate()
    if (shut) throw new QiaoError(shut.code, { detail: shut.detail })
    const full = batch
    batch = newBatch()
    writing = write(full, position)
    writing.catch(() => undefined) // it is awaited by the next
    position += full.read
    await slowDown(plan.row.position, position, began, pace.rate)
    if (pace.ahead !== Number.POSITIVE_INFINITY && position % lookEvery < full.read)
      while ((await countOpen(database.query, systems, pace.ahead)) >= pace.ahead) await sleep(patience)
  }

  for await (const record of plan.records) {
    number++
    if (number <= plan.row.position) continue
    const made = await convert(plan, record, number)
    if ('error' in made) batch.rejects.push(made)
    else {
      // the same key twice in one statement cannot be: the later one waits for the next
      if (batch.keys.has(made.key)) await flush()
      batch.keys.add(made.key)
      batch.posts.push(made.post)
      batch.numbers.push(number)
    }
    batch.read++
    if (batch.read >= batchSize) await flush()
  }
  await flush()
  await writing
}

/** Systems that get what the file holds. */
function targetsOf({ bundle, intake }: ImportPlan): string[] {
  const flow = bundle.flows.get(intake.to)
  return [...new Set([...(flow?.steps.values() ?? [])].map((step) => step.system))]
}

async function convert(
  { intake, bundle, row, document }: ImportPlan,
  record: unknown,
  number: number,
): Promise<{ post: Post; key: string } | Reject> {
  const now = localTime(new Date())
  try {
    const context = { meta: { acceptedAt: now, now, source: row.system }, steps: {} }
    const records = await intake.convert(intake.begin(document(record), context))
    const [only] = records
    if (!only || records.length > 1)
      throw new QiaoError('body.empty', { detail: `${records.length} records` })
    return { post: postOf(row.system, bundle, record, only), key: `${only.type} ${only.deduplication}` }
  } catch (error) {
    if (error instanceof QiaoError) return { record: number, error }
    throw error
  }
}

function postOf(source: string, bundle: Loaded, record: unknown, canonical: CanonicalRecord): Post {
  return {
    source,
    nonce: undefined,
    // a file has no posted bytes for each record: what was read of it is kept, as JSON
    payload: Buffer.from(JSON.stringify(record)),
    bundle: bundle.id,
    plan: (each, acceptedAt) => planDeliveries(bundle, each, acceptedAt),
    records: [canonical],
  }
}

function refusedOf(answers: readonly (Accepted | QiaoError)[], numbers: readonly number[]): Reject[] {
  return answers.flatMap((answer, i) =>
    answer instanceof QiaoError ? [{ record: numbers[i] ?? 0, error: answer }] : [],
  )
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function slowDown(from: number, to: number, began: number, rate: number): Promise<void> {
  const ahead = ((to - from) / rate) * 1_000 - (performance.now() - began)
  if (ahead > 0) await sleep(ahead)
}
