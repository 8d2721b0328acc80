// The truth about this hub, in one place: for operators, for metrics, and for whoever sends it traffic. Read at most
// every few seconds, however often it is asked for, so that a storm of probes costs nothing.
import { archiveFacts } from './archive.ts'
import { coverageFacts } from './coverage.ts'
import { deliveryFacts } from './deliveries.ts'
import { evidenceFacts } from './evidence.ts'
import { createJudge, type Fact, type Judge, type State, told, worst } from './fact.ts'
import { keyFacts } from './keys.ts'
import { kept, within } from './paced.ts'
import type { HealthParts } from './parts.ts'
import { deliveringFacts, fileFacts, threadFacts } from './process.ts'
import { ledgerFacts, queueFacts } from './stores.ts'
import { supplementFacts } from './supplements.ts'

export type Report = {
  state: State
  /** when it was read, ISO 8601, UTC */
  at: string
  facts: readonly Fact[]
  /** what the delivering thread counted, for metrics */
  numbers: unknown
}

export type Health = {
  /** every fact; never rejects */
  report(): Promise<Report>
  /** `ok`, or why the ledger cannot be reached; never rejects */
  ledger(): Promise<string>
}

const reportFor = 5_000
const ledgerFor = 1_000
const patience = 5_000
const longest = 200

/** Creates the health of a hub. */
export function createHealth(parts: HealthParts): Health {
  const judge = createJudge(parts.limits)
  const deliveries = deliveryFacts(parts)
  const read = async (): Promise<Report> => {
    const at = parts.now()
    let numbers: unknown = null
    const delivering = async (): Promise<Fact[]> => {
      const vitals = await parts.vitals()
      numbers = vitals.numbers
      return deliveringFacts(vitals, parts.now(), judge)
    }
    const facts = await Promise.all([
      checked(ledgerFacts(parts, judge), (why) => told('ledger.reachable', null, why, 'fail')),
      checked(queueFacts(parts, judge), (why) => told('queue.connected', null, why, 'warn')),
      checked(delivering(), (why) => told('delivery.half', null, why, 'fail')),
      checked(deliveries(judge), unread('deliveries')),
      checked(evidenceFacts(parts, judge), unread('evidence')),
      checked(archiveFacts(parts, judge), unread('archive')),
      checked(coverageFacts(parts, judge), unread('coverage')),
      checked(supplementFacts(parts, judge), unread('supplements')),
      checked(here(parts, judge), unread('process')),
      checked(keysOf(parts, judge), unread('keys')),
    ])
    const all = facts.flat()
    return { state: worst(all), at: at.toISOString(), facts: all, numbers }
  }
  const ledger = (): Promise<string> =>
    within(parts.database.query('SELECT 1'), patience).then(
      () => 'ok',
      (error: Error) => error.message.slice(0, longest),
    )
  return { report: kept(read, reportFor), ledger: kept(ledger, ledgerFor) }
}

/** What needs nobody's answer. */
async function here(parts: HealthParts, judge: Judge): Promise<Fact[]> {
  const own = { loopDelay: parts.loopDelay(), pool: parts.database.load() }
  return [...threadFacts('main', own, judge), ...fileFacts(parts, judge)]
}

/** A key folder that cannot be read is a fact of its own. */
async function keysOf(parts: HealthParts, judge: Judge): Promise<Fact[]> {
  return keyFacts(parts, judge)
}

/** Facts, or the one that says why there are none: a check that fails is news too. */
async function checked(facts: Promise<Fact[]>, failed: (why: string) => Fact): Promise<Fact[]> {
  try {
    return await within(facts, patience)
  } catch (error) {
    return [failed((error as Error).message.slice(0, longest))]
  }
}

function unread(part: string): (why: string) => Fact {
  return (why) => told('check', part, why, 'warn')
}
