// The delivering half of the hub: attempts what is due, sweeps up what nobody was woken for, keeps the ledger tidy.
import type { Guarantee, Retention } from '../config.ts'
import { ledgerTime } from '../ledger/chain.ts'
import type { Database } from '../ledger/database.ts'
import type { Claimed } from '../ledger/lane.ts'
import { idleLanes } from '../ledger/lane.ts'
import { loadMessage, resultsOf } from '../ledger/message.ts'
import { addPartitions } from '../ledger/partition.ts'
import { purgeNonces } from '../ledger/post.ts'
import { reseal } from '../ledger/reseal.ts'
import type { Vault } from '../ledger/sealed.ts'
import { isDone, type Settlement, unparkLost } from '../ledger/settle.ts'
import type { Log } from '../log.ts'
import type { Meter } from '../meter.ts'
import type { Keys } from '../signing/keys.ts'
import type { Tracer } from '../trace.ts'
import type { Signer } from './accept.ts'
import type { Adapter } from './adapter.ts'
import { type Breaker, type BreakerState, createBreaker } from './breaker.ts'
import type { Clocks } from './clocks.ts'
import { closeDays } from './close-days.ts'
import { countDays } from './coverage.ts'
import { type Attempted, attemptDelivery, isSuccess } from './deliver.ts'
import { every } from './every.ts'
import { failed } from './exchange.ts'
import type { Step } from './flow.ts'
import { pinnedPlace, placeOf } from './place.ts'
import { maskReason, privateBy } from './privacy.ts'
import type { Queue, Wake } from './queue.ts'
import { createRecent, type Fresh } from './recent.ts'
import { reconcileYesterday, resumeReconcile } from './reconcile.ts'
import type { Registry, Stored } from './registry.ts'
import { startRetention } from './retention.ts'
import { createRunner, type Work } from './runner.ts'
import { dependants, orphanSettlement, type Policy, settlementOf } from './settlement.ts'
import { pollDue } from './supplement.ts'
import { workOnSupplements } from './supplement-work.ts'
import type { System } from './system.ts'
import { beginAttempt } from './traced.ts'
import { type Vitals, watchLoop } from './vitals.ts'

export type DeliveryParts = {
  database: Database
  queue: Queue
  registry: Registry
  adapters: readonly Adapter[]
  keys: Keys
  signer: Signer
  vault: Vault
  log: Log
  /** names this half in leases */
  owner: string
  /** seconds a nonce is remembered */
  nonceMemory: number
  /** what leaves the ledger, and when; undefined: nothing does */
  retention?: Retention | undefined
  /** only in tests that must fail */
  without?: Guarantee | undefined
  meter: Meter
  /** records what is delivered; undefined: nobody does */
  tracer?: Tracer | undefined
  clocks: Clocks
  /** what the meter counted, where somebody else asks for it: in a thread of its own */
  numbers?: () => Promise<unknown>
  /** told whenever a circuit breaker opens or closes */
  onBreaker?: (system: string, state: BreakerState) => void
}

/** The delivering half, here or in a thread of its own. */
export type Delivery = {
  /** tells a lane that is being served here that something new is due; false when it is not served here */
  nudge(target: Wake): boolean
  /** lends the canonical form of a message just accepted, so that it need not be read back; told before its lanes are nudged */
  keep(fresh: Fresh): void
  breaker(system: string): BreakerState
  /** how it is; rejects when it does not answer */
  vitals(): Promise<Vitals>
  /** goes by other files, which the accepting half made current */
  follow(stored: Stored): void
  /** claims nothing new; waits for what is in flight, at most `deadline` ms */
  close(deadline: number): Promise<void>
}

const sweepEvery = 1_000
const tidyEvery = 60_000
const supplementEvery = 500
const resealEvery = 2_000
// ms after which every hub has noticed a new key, and what it was sealing with the one before is written
const resealAfter = 5_000
const concurrency = 64
// of a system that only files declare which nobody asked for yet
const usual = { inFlight: 16, breaker: { failures: 10, pause: 5_000 } }
// of a delivery whose files do not say how often to try
const unplaced: Policy = { retry: { first: 5_000, factor: 2, max: 60_000 }, repeat: 'safe' }
const recentMessages = 2_048

/** Starts delivering in this thread. */
export function startDelivery(parts: DeliveryParts): Delivery {
  const { database, queue, registry, keys, log, meter } = parts
  const adapters = new Map(parts.adapters.map((adapter) => [adapter.name, adapter]))
  const recent = createRecent(recentMessages)
  const breakers = new Map<string, Breaker>()
  const breaker = (system: string): Breaker => {
    let found = breakers.get(system)
    if (!found) {
      found = createBreaker(() => registry.system(system)?.breaker ?? usual.breaker)
      breakers.set(system, found)
    }
    return found
  }

  const wake = (target: Wake): void => {
    if (!runner.nudge(target)) queue.wake(target)
  }
  const attempt: Work['attempt'] = async (delivery, systemName, held) => {
    const startedAt = new Date()
    const timing = () => ({ startedAt, duration: Date.now() - startedAt.getTime() })
    let place: Awaited<ReturnType<typeof pinnedPlace>>
    try {
      place = await pinnedPlace(registry, delivery, systemName)
    } catch (error) {
      // waits like any failed attempt: tried again at once it would only fail again
      const attempted = { ...failed('transport', ours(error)), publish: null }
      const settlement = settlementOf(delivery, attempted, timing(), unplaced, [])
      report(delivery, systemName, settlement)
      return settlement
    }
    const { bundle, flow, step } = place
    const traced = beginAttempt(parts.tracer, delivery, systemName, step.operation)
    let attempted: Attempted | undefined
    try {
      const earlier = step.needs.length > 0 ? await resultsOf(database.query, delivery.message) : {}
      const tools = { adapters, keys, now: () => new Date(), held, without: parts.without }
      const canonical = await canonicalOf(delivery)
      attempted = await attemptDelivery(traced.delivery, canonical, place, earlier, tools)
      // a reason is searched by operators, so it lies in the clear, and names nobody
      if (attempted?.reason !== undefined) {
        const hidden = privateBy(bundle.library, delivery.type, canonical)
        attempted = { ...attempted, reason: maskReason(attempted.reason, hidden) }
      }
    } catch (error) {
      // ours to mend (a missing key, a defect): the delivery waits and tells why
      attempted = { ...failed('transport', ours(error)), publish: null }
    }
    if (!attempted) {
      traced.end(undefined)
      return undefined
    }
    judge(breaker(systemName), attempted, systemName)
    const releases = dependants(flow, step).map((other) => ({
      step: other.name,
      needs: other.needs,
      ...placeOf(bundle, flow, other.name, delivery.key),
    }))
    const settlement = settlementOf(delivery, attempted, timing(), policyOf(place), releases)
    if (isDone(settlement)) recent.used(delivery.message)
    report(delivery, systemName, settlement)
    traced.end(settlement)
    return settlement
  }
  const orphaned: Work['orphaned'] = (orphans, systemName) =>
    Promise.all(
      orphans.map(async (orphan) => {
        const place = await pinnedPlace(registry, orphan, systemName).catch(() => undefined)
        const settlement = orphanSettlement(orphan, new Date(), place ? policyOf(place) : unplaced)
        report(orphan, systemName, settlement)
        return settlement
      }),
    )
  const canonicalOf = async ({
    message,
    correction,
    canonical,
  }: Claimed): Promise<Record<string, unknown>> => {
    const known = correction === null ? recent.get(message) : undefined
    if (known) return known
    // a message may be forgotten since it was claimed without being read; a correction is always read
    const text =
      canonical ?? (correction === null ? (await loadMessage(database.query, message))?.canonical : undefined)
    if (text === undefined) throw new Error('the ledger lost the message')
    return JSON.parse(text) as Record<string, unknown>
  }
  const judge = (gate: Breaker, attempted: Attempted, system: string): void => {
    const before = gate.state(Date.now())
    const { outcome } = attempted
    // whoever refuses or answers is there
    if (isSuccess(outcome) || outcome === 'rejected' || outcome === 'absent') gate.succeeded()
    else if (gate.failed(Date.now()))
      log.warn('breaker.open', { system, outcome: attempted.outcome, status: attempted.status })
    const after = gate.state(Date.now())
    if (after !== before) parts.onBreaker?.(system, after)
  }
  const report = ({ type }: Pick<Claimed, 'type'>, system: string, s: Settlement): void => {
    meter.attempt(system, s.outcome, s.state, s.duration / 1000)
    const level = s.state === 'dead' ? 'warn' : s.state === 'ready' ? 'info' : 'debug'
    const { message, step, number, outcome, status, duration, state } = s
    log[level]('delivery.attempted', {
      message,
      step,
      system,
      type,
      number,
      outcome,
      status,
      duration,
      state,
    })
  }

  const work = {
    inFlight: (system: string) => registry.system(system)?.inFlight ?? usual.inFlight,
    breaker,
    attempt,
    orphaned,
    has: (message: string) => recent.has(message),
    freed: (settled: readonly Settlement[]) => settled.filter(isDone).flatMap((s) => s.releases),
    without: parts.without,
    committed: (turns: number, seconds: number) => meter.commit('turns', turns, seconds),
  }
  const runner = createRunner(
    database,
    work,
    wake,
    (target, delay) => queue.wakeAfter(target, delay),
    parts.owner,
    log,
  )
  queue.onWake((target) => runner.run(target), concurrency)

  const loop = watchLoop()
  let sweptAt = Date.now()
  const background = [
    every(sweepEvery, log, 'sweep', async () => {
      if (parts.without === 'sweeper') return
      for (const target of await idleLanes(database.query)) {
        if (breaker(target.system).wait(Date.now()) === 0) queue.sweep(target)
      }
      sweptAt = Date.now()
    }),
    every(tidyEvery, log, 'tidy', async () => {
      await purgeNonces(database.query, parts.nonceMemory)
      await unparkLost(database.query)
      await closeDays(database, parts.signer, await ledgerTime(database.query))
    }),
    every(tidyEvery, log, 'reconcile', async () => {
      const tools = { database, registry, wake }
      await resumeReconcile(tools)
      await reconcileYesterday(tools, await ledgerTime(database.query))
    }),
    every(supplementEvery, log, 'supplement', async () => {
      await pollDue({ database, registry, log })
      await workOnSupplements({ database, registry, wake, log })
    }),
    every(tidyEvery, log, 'coverage', async () => {
      await countDays(database)
    }),
    every(tidyEvery, log, 'partitions', () => addPartitions(database, new Date())),
    every(resealEvery, log, 'reseal', () => reseal(database, parts.vault, resealEvery / 2, resealAfter)),
  ]
  const stopRetention = startRetention(parts)
  return {
    nudge: (target) => runner.nudge(target),
    keep: recent.put,
    // it asks the registry of the accepting half itself
    follow: () => undefined,
    breaker: (system) => breaker(system).state(Date.now()),
    vitals: async () => ({
      thread: parts.numbers ? 'delivery' : 'main',
      sweptAt,
      loopDelay: loop.delay(),
      pool: database.load(),
      clocks: parts.clocks.seen(),
      numbers: (await parts.numbers?.()) ?? null,
    }),
    close: async (deadline) => {
      loop.stop()
      for (const timer of background) clearInterval(timer)
      stopRetention()
      await runner.drain(deadline)
    },
  }
}

/** Files that lack the operation are ours to mend: until then nothing is sent. */
function policyOf({ system, step }: { system: System; step: Step }): Policy {
  return { retry: system.retry, repeat: system.operations.get(step.operation)?.repeat ?? 'safe' }
}

const ours = (error: unknown): string => `hub: ${(error as Error).message.slice(0, 300)}`
