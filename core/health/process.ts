// This process: its threads, its files, and what it does not guarantee.
import type { Vitals } from '../flow/vitals.ts'
import { errorsOf } from '../yaml.ts'
import { type Fact, type Judge, told } from './fact.ts'
import type { HealthParts } from './parts.ts'

/** Whether the delivering half lives, looks for work, and what it saw of platforms' clocks. */
export function deliveringFacts(vitals: Vitals, now: Date, judge: Judge): Fact[] {
  const { thread, sweptAt, clocks } = vitals
  return [
    told('delivery.half', null, thread, 'ok'),
    judge('delivery.sweep', null, Math.max(0, now.getTime() - sweptAt) / 1000),
    ...(thread === 'main' ? [] : threadFacts(thread, vitals, judge)),
    ...clocks.map(({ system, ahead }) => judge('clock.platform', system, ahead / 1000)),
  ]
}

/** The event loop of one thread, and its connections to the ledger. */
export function threadFacts(
  thread: string,
  { loopDelay, pool }: Pick<Vitals, 'loopDelay' | 'pool'>,
  judge: Judge,
): Fact[] {
  return [
    judge('loop.delay', thread, loopDelay),
    judge('ledger.waiting', thread, pool.waiting),
    judge('ledger.connections', thread, pool.open - pool.idle),
  ]
}

/** Files that were refused, whether intake is open, and a guarantee that is off. */
export function fileFacts(
  { reload, unproved, without }: Pick<HealthParts, 'reload' | 'unproved' | 'without'>,
  judge: Judge,
): Fact[] {
  const last = reload.last()
  const refused = last && !last.ok ? errorsOf(last.problems).length : 0
  const why = unproved()
  return [
    judge('mappings.refused', null, refused),
    told('evidence.proof', null, why ?? 'ok', why === undefined ? 'ok' : 'fail'),
    ...(without ? [told('guarantee', null, without, 'fail')] : []),
  ]
}
