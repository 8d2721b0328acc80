// /metrics in the Prometheus text format: what this thread counted, what the other one did, and the facts of health.
import { AggregatorRegistry, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type Fact, stateNumber } from '../core/health/fact.ts'
import { type FactName, rowOf } from '../core/health/table.ts'
import type { Meter } from '../core/meter.ts'
import { createMeter } from './meter.ts'

export type Metrics = {
  meter: Meter
  /** what was counted here, for the thread that answers */
  numbers(): Promise<unknown>
  /** the whole page; `others` is what `numbers` of the delivery thread told, null when there is none */
  page(facts: readonly Fact[], others: unknown): Promise<string>
}

type Numbers = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** Starts counting in this thread. `process`: also what Node tells of the process, which only one thread should. */
export function createMetrics(process: boolean): Metrics {
  const registry = new Registry()
  if (process) collectDefaultMetrics({ register: registry })
  const meter = createMeter(registry)
  const show = process ? createGauges(registry) : () => undefined
  const numbers = (): Promise<Numbers> => registry.getMetricsAsJSON()
  return {
    meter,
    numbers,
    page: async (facts, others) => {
      show(facts)
      const own = await numbers()
      const all = others === null ? [own] : [own, others as Numbers]
      return AggregatorRegistry.aggregate(all).metrics()
    },
  }
}

/** A gauge for each fact that has a metric, and one for the states of all. */
function createGauges(registry: Registry): (facts: readonly Fact[]) => void {
  const registers = [registry]
  const state = new Gauge({
    name: 'qiao_health_state',
    help: 'Health facts: 0 well, 1 look soon, 2 act now',
    labelNames: ['fact', 'of'],
    registers,
  })
  const gauges = new Map<string, Gauge>()
  // without a label, a reset one would stand there as 0
  const plain = new Set<Gauge>()
  const gaugeOf = (name: FactName): Gauge | undefined => {
    const { metric, is } = rowOf(name)
    if (!metric) return undefined
    let gauge = gauges.get(metric.name)
    if (!gauge) {
      const labelNames = metric.of ? [metric.of] : []
      gauge = new Gauge({ name: metric.name, help: is.en, labelNames, registers })
      gauges.set(metric.name, gauge)
      if (!metric.of) plain.add(gauge)
    }
    return gauge
  }
  return (facts) => {
    // what is no longer told must not stand there as if it were
    state.reset()
    for (const gauge of gauges.values()) gauge.reset()
    for (const gauge of plain) gauge.remove({})
    for (const fact of facts) {
      state.set({ fact: fact.name, of: fact.of ?? '' }, stateNumber(fact.state))
      const value = numberOf(fact)
      const { metric } = rowOf(fact.name)
      if (value === null || !metric) continue
      gaugeOf(fact.name)?.set(metric.of ? { [metric.of]: fact.of ?? '' } : {}, value)
    }
  }
}

/** In the base unit of its metric. A fact that is a word is 1 when it is as the metric's name says. */
function numberOf({ name, value, state }: Fact): number | null {
  if (typeof value === 'number') return value * (rowOf(name).metric?.scale ?? 1)
  if (name === 'breaker') return value === 'closed' ? 0 : 1
  // what would have been measured is not known
  if (value === null || rowOf(name).unit !== '') return null
  return state === 'ok' ? 1 : 0
}
