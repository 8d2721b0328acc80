// Plays the departments against a hub: jobs side by side, inside a job one posting after the other.
import { isDeepStrictEqual } from 'node:util'
import type { DepartmentName } from './catalog.ts'
import { departments } from './message.ts'
import { type Job, type PlanOptions, type Posting, plan } from './plan.ts'
import { type Accepted, createInspector, readAccepted } from './receipt.ts'
import { type Answer, createSender } from './send.ts'
import { createSigner, type Signer } from './sign.ts'
import { createTally, type Summary } from './tally.ts'

export type RunOptions = PlanOptions & {
  hub: string
  /** Folder with the departments' keys. */
  keys: string
  /** Jobs at the same time. */
  concurrency: number
  /** Seconds that one message is tried before the run is given up. */
  deadline: number
  /** Postings per second; absent = as fast as the hub takes them. */
  rate?: number | undefined
  /** Called after every posting with the number of accepted records so far. */
  progress?: (messages: number) => void
}

/** One posting in this many has its receipt checked in full (an SM2 check takes 30 ms). */
const SAMPLE = 100

/** Runs all jobs and counts. A message without any answer for the whole deadline ends the run with a problem. */
export async function run(options: RunOptions): Promise<Summary> {
  const signers = Object.fromEntries(
    Object.keys(departments).map((name) => [name, createSigner(name as DepartmentName, options.keys)]),
  ) as Record<DepartmentName, Signer>
  const send = createSender(options)
  const inspect = createInspector(options.keys)
  const tally = createTally()

  async function post(posting: Posting): Promise<Answer> {
    const { department, path, contentType, body } = posting.message
    const answer = await send(signers[department], path, contentType, body)
    tally.count.posts++
    tally.retried(answer.failures)
    return answer
  }

  /** Posts a good message; false when the hub refused it, which ends its job. */
  async function deliver(posting: Posting): Promise<boolean> {
    const { path, entries, body } = posting.message
    const answer = await post(posting)
    if (answer.status !== 202) {
      tally.count.refused += entries.length
      tally.problem(`${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 600)}`)
      return false
    }
    const accepted = readAccepted(answer.body, entries.length)
    if (typeof accepted === 'string') {
      tally.problem(`${path}: ${accepted}`)
      return false
    }
    tally.accept(entries)
    const [first] = accepted
    if (first && tally.count.posts % SAMPLE === 1) {
      const wrong = inspect(first.receipt, body)
      if (wrong) tally.problem(`${path}: receipt: ${wrong}`)
      tally.count.verified++
    }
    if (posting.twice) await again(posting, accepted)
    options.progress?.(tally.summary().messages)
    return true
  }

  /** Sends the same content once more: every record must come back with the receipt it already has. */
  async function again(posting: Posting, before: readonly Accepted[]): Promise<void> {
    const answer = await post(posting)
    const after = answer.status === 202 ? readAccepted(answer.body, before.length) : `status ${answer.status}`
    if (typeof after === 'string') return tally.problem(`${posting.message.path} sent twice: ${after}`)
    after.forEach((message, i) => {
      const same = message.id === before[i]?.id && isDeepStrictEqual(message.receipt, before[i]?.receipt)
      if (message.duplicate && same) tally.count.duplicates++
      else tally.problem(`${posting.message.path} sent twice: not the same receipt as the first time`)
    })
  }

  /** Posts a bad message, which must be refused. */
  async function provoke(posting: Posting): Promise<void> {
    tally.faults.sent++
    const answer = await post(posting)
    if (answer.status === 422) tally.faults.refused++
    else tally.problem(`${posting.message.path}: a bad message was answered ${answer.status}`)
  }

  async function work(job: Job): Promise<void> {
    for (const posting of job) {
      if (posting.bad) await provoke(posting)
      else if (!(await deliver(posting))) return
    }
  }

  const jobs = plan(options)
  let stopped = false
  async function lane(): Promise<void> {
    for (let next = jobs.next(); !next.done && !stopped; next = jobs.next()) {
      try {
        await work(next.value)
      } catch (error) {
        stopped = true
        tally.problem(String(error))
      }
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, lane))
  return tally.summary()
}
