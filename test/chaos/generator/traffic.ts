// Sends the jobs: many keys open at once, one body of a key at a time, each until the hub has answered it.

import type { DepartmentName } from '../../../sandbox/department/catalog.ts'
import { dress } from '../../../sandbox/department/message.ts'
import { createRandom } from '../../../sandbox/department/random.ts'
import { readAccepted } from '../../../sandbox/department/receipt.ts'
import { createSender } from '../../../sandbox/department/send.ts'
import { createSigner } from '../../../sandbox/department/sign.ts'
import type { Notebook } from './notebook.ts'
import { type Job, type Parcel, plan } from './plan.ts'

export type Traffic = {
  hub: string
  keys: string
  seed: string
  messages: number
  /** how many business keys */
  cases: number
  /** bodies under way at once */
  concurrency: number
  /** bodies per second at most; 0: as fast as they are taken */
  rate: number
  /** seconds that one body is tried */
  deadline: number
}

export type Result = {
  acknowledged: number
  /** bodies answered, and those of them sent a second time on purpose */
  posts: number
  twice: number
  /** tries that were repeated, by reason */
  retries: Record<string, number>
  /** bodies the hub refused for good, the first of them in words */
  refused: string[]
  seconds: number
  /** milliseconds from the first try of a body to its receipt, resends included */
  p50: number
  p99: number
}

// keys open at once, for each body under way
const spread = 8
// shorter than a platform would wait: a hub that stands still is left for another one
const timeout = 5_000

/** Runs to the end; `progress` gets the number of acknowledged records after every answer. */
export async function send(
  traffic: Traffic,
  notebook: Notebook,
  progress: (n: number) => void,
): Promise<Result> {
  const began = Date.now()
  const names: readonly DepartmentName[] = ['housing', 'social', 'market']
  const signers = new Map(names.map((name) => [name, createSigner(name, traffic.keys)]))
  const { hub, deadline, rate } = traffic
  const post = createSender({ hub, deadline, timeout, ...(rate > 0 ? { rate } : {}) })
  const result = {
    acknowledged: 0,
    posts: 0,
    twice: 0,
    retries: {} as Record<string, number>,
    refused: [] as string[],
  }
  const took: number[] = []
  let batch = 0

  /** One body, until it is answered; the receipts, or undefined when it was refused. */
  async function deliver(
    job: Job,
    parcel: Parcel,
    body: ReturnType<typeof dress>,
  ): Promise<unknown[] | undefined> {
    const signer = signers.get(job.department.name)
    if (!signer) throw new Error(`no key of ${job.department.name}`)
    const { status, body: answer, failures } = await post(signer, body.path, body.contentType, body.body)
    result.posts++
    for (const reason of failures) result.retries[reason] = (result.retries[reason] ?? 0) + 1
    const accepted = status === 202 ? readAccepted(answer, parcel.entries.length) : `status ${status}`
    if (typeof accepted !== 'string') return accepted.map(({ receipt }) => receipt)
    result.refused.push(`${body.path}: ${accepted} ${JSON.stringify(answer).slice(0, 300)}`)
    return undefined
  }

  /** The next body of a key; false when there is no more, or it must not go on. */
  async function step(open: Open): Promise<boolean> {
    const { job, seq } = open
    const parcel = job.parcels.shift()
    if (!parcel) return false
    const body = dress(job.department, parcel.entries, `CHAOS-${traffic.seed}-${++batch}`)
    const start = performance.now()
    const receipts = await deliver(job, parcel, body)
    if (!receipts) return false
    took.push(performance.now() - start)
    notebook.note(parcel.entries, seq, body.body, receipts)
    open.seq += parcel.entries.length
    result.acknowledged += parcel.entries.length
    progress(result.acknowledged)
    if (!parcel.twice) return true
    result.twice++
    const again = await deliver(job, parcel, body)
    if (again) notebook.note(parcel.entries, seq, body.body, again)
    return again !== undefined
  }

  const jobs = plan(traffic.seed, traffic.messages, traffic.cases)
  const random = createRandom(`${traffic.seed}/turns`)
  const waiting: Open[] = []
  const fill = (): void => {
    for (; waiting.length < traffic.concurrency * spread; ) {
      const next = jobs.next()
      if (next.done) return
      waiting.push({ job: next.value, seq: 0 })
    }
  }
  async function worker(): Promise<void> {
    for (;;) {
      fill()
      const [open] = waiting.splice(random.int(0, Math.max(0, waiting.length - 1)), 1)
      if (!open) return
      if (await step(open)) waiting.push(open)
    }
  }
  await Promise.all(Array.from({ length: traffic.concurrency }, worker))
  took.sort((a, b) => a - b)
  const at = (share: number): number => Math.round(took[Math.floor(took.length * share)] ?? 0)
  return { ...result, seconds: (Date.now() - began) / 1000, p50: at(0.5), p99: at(0.99) }
}

type Open = { job: Job; seq: number }
