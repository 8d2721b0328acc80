// The hub: acceptance and delivery put together over one ledger and one queue.

import type { Database } from '../ledger/database.ts'
import type { Claimed } from '../ledger/lane.ts'
import { addLanes, idleLanes } from '../ledger/lane.ts'
import { loadMessage, resultsOf } from '../ledger/message.ts'
import { type NewDelivery, purgeNonces } from '../ledger/post.ts'
import { type Settlement, unparkLost } from '../ledger/settle.ts'
import type { Log } from '../log.ts'
import type { CanonicalRecord } from '../mapping/intake.ts'
import type { Keys } from '../signing/keys.ts'
import { type Acceptor, createAcceptor, type Signer } from './accept.ts'
import type { Adapter } from './adapter.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { closeDays } from './close-days.ts'
import { type Attempted, attemptDelivery, isSuccess } from './deliver.ts'
import { failed } from './exchange.ts'
import type { Flow } from './flow.ts'
import { laneOf } from './lanes.ts'
import type { Queue, Wake } from './queue.ts'
import { createRecent } from './recent.ts'
import type { Loaded, Registry } from './registry.ts'
import { createRunner, type Work } from './runner.ts'
import { dependants, settlementOf } from './settlement.ts'

export type HubParts = {
  database: Database
  queue: Queue
  registry: Registry
  adapters: readonly Adapter[]
  keys: Keys
  signer: Signer
  log: Log
  /** names this process in leases */
  owner: string
  backlog: number
  /** seconds a nonce is remembered */
  nonceMemory: number
}

export type Hub = {
  accept: Acceptor['accept']
  /** wakes a lane, here if it is being served here */
  wake(target: Wake): void
  breaker(system: string): Breaker
  /** stops taking work; waits for what is in flight, at most `deadline` ms */
  close(deadline: number): Promise<void>
}

const sweepEvery = 1_000
const tidyEvery = 60_000
const concurrency = 64
// of a delivery whose files do not say how often to try
const unplaced = { first: 5_000, factor: 2, max: 60_000 }
const recentMessages = 2_048

/** Starts delivering; answers the verbs of the hub. */
export async function startHub(parts: HubParts): Promise<Hub> {
  const { database, queue, registry, keys, log } = parts
  const adapters = new Map(parts.adapters.map((adapter) => [adapter.name, adapter]))
  const recent = createRecent(recentMessages)
  const breakers = new Map<string, Breaker>()
  const breaker = (system: string): Breaker => {
    let found = breakers.get(system)
    if (!found) {
      found = createBreaker(registry.current().systems.get(system)?.breaker ?? { failures: 10, pause: 5_000 })
      breakers.set(system, found)
    }
    return found
  }
  for (const system of registry.current().systems.values()) {
    if (system.operations.size > 0) await addLanes(database.query, system.name, system.lanes)
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
    const { bundle, flow, step, system } = place
    let attempted: Attempted | undefined
    try {
      const earlier = step.needs.length > 0 ? await resultsOf(database.query, delivery.message) : {}
      const tools = { adapters, keys, now: () => new Date(), held }
      attempted = await attemptDelivery(delivery, await canonicalOf(delivery), place, earlier, tools)
    } catch (error) {
      // ours to mend (a missing key, a defect): the delivery waits and tells why
      attempted = { ...failed('transport', ours(error)), publish: null }
    }
    if (!attempted) return undefined
    judge(breaker(systemName), attempted, systemName)
    const releases = dependants(flow, step).map((other) => ({
      step: other.name,
      needs: other.needs,
      ...placeOf(bundle, flow, other.name, delivery.key),
    }))
    const settlement = settlementOf(delivery, attempted, timing(), system.retry, releases)
    report(delivery, systemName, settlement)
    return settlement
  }
  const canonicalOf = async ({ message, canonical }: Claimed): Promise<Record<string, unknown>> => {
    const known = recent.get(message)
    if (known) return known
    // forgotten since it was claimed without being read
    const text = canonical ?? (await loadMessage(database.query, message))?.canonical
    if (text === undefined) throw new Error('the ledger lost the message')
    return JSON.parse(text) as Record<string, unknown>
  }
  const judge = (gate: Breaker, attempted: Attempted, system: string): void => {
    if (isSuccess(attempted.outcome) || attempted.outcome === 'rejected') gate.succeeded()
    else if (gate.failed(Date.now())) log.warn('breaker.open', { system, reason: attempted.reason })
  }
  const report = (delivery: Claimed, system: string, s: Settlement): void => {
    const level = s.state === 'dead' ? 'warn' : s.state === 'ready' ? 'info' : 'debug'
    const { message, step, number, outcome, status, duration, state } = s
    log[level]('delivery.attempted', {
      message,
      step,
      system,
      type: delivery.type,
      number,
      outcome,
      status,
      duration,
      state,
    })
  }

  const work = {
    inFlight: (system: string) => registry.current().systems.get(system)?.inFlight ?? 16,
    breaker,
    attempt,
    has: (message: string) => recent.get(message) !== undefined,
    freed: (settled: readonly Settlement[]) =>
      settled.filter((s) => isSuccess(s.outcome as Attempted['outcome'])).flatMap((s) => s.releases),
  }
  const runner = createRunner(
    database,
    work,
    wake,
    (target, delay) => queue.wakeAfter(target, delay),
    parts.owner,
    log,
  )
  const plan = (record: CanonicalRecord): NewDelivery[] => planDeliveries(registry.current(), record)
  const acceptor = createAcceptor(database, parts.signer, plan, { wake, keep: recent.put }, parts.backlog)
  queue.onWake((target) => runner.run(target), concurrency)

  const sweep = every(sweepEvery, log, 'sweep', async () => {
    for (const target of await idleLanes(database.query)) {
      if (breaker(target.system).wait(Date.now()) === 0) queue.sweep(target)
    }
  })
  const tidy = every(tidyEvery, log, 'tidy', async () => {
    await purgeNonces(database.query, parts.nonceMemory)
    await unparkLost(database.query)
    await closeDays(database, parts.signer, new Date())
  })
  return {
    accept: (post) => acceptor.accept(post),
    wake,
    breaker,
    close: async (deadline) => {
      clearInterval(sweep)
      clearInterval(tidy)
      await acceptor.idle()
      await runner.drain(deadline)
    },
  }
}

const ours = (error: unknown): string => `hub: ${(error as Error).message.slice(0, 300)}`

/** Where a delivery belongs by the files it was pinned to. Throws when they are lost or have no such place. */
async function pinnedPlace(
  registry: Registry,
  { bundle: id, type, step: name }: Claimed,
  systemName: string,
) {
  const bundle = await registry.pinned(id)
  const flow = bundle.flows.get(type)
  const step = flow?.steps.get(name)
  const system = bundle.systems.get(systemName)
  const link = bundle.links.get(systemName)
  if (!flow || !step || !system || !link) throw new Error(`bundle ${id} has no step ${name}`)
  return { bundle, flow, step, system, link }
}

/** The deliveries of a record: one per step that applies; a step waits for those of its needs that apply. */
function planDeliveries(bundle: Loaded, record: CanonicalRecord): NewDelivery[] {
  const flow = bundle.flows.get(record.type)
  if (!flow) return []
  const steps = [...flow.steps.values()].filter((step) => step.applies(record.value))
  const names = new Set(steps.map((step) => step.name))
  return steps.map((step) => ({
    step: step.name,
    key: record.key,
    ...placeOf(bundle, flow, step.name, record.key),
    state: step.needs.some((need) => names.has(need)) ? 'held' : 'ready',
  }))
}

function placeOf(bundle: Loaded, flow: Flow, step: string, key: string): Wake {
  const system = flow.steps.get(step)?.system ?? ''
  return { system, lane: laneOf(key, bundle.systems.get(system)?.lanes ?? 1) }
}

function every(ms: number, log: Log, name: string, work: () => Promise<void>): NodeJS.Timeout {
  let busy = false
  return setInterval(() => {
    if (busy) return
    busy = true
    work()
      .catch((error: Error) => log.warn(`${name}.failed`, { error: error.message.slice(0, 200) }))
      .finally(() => {
        busy = false
      })
  }, ms)
}
