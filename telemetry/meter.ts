// Counters and histograms of one thread, for Prometheus.
import { Counter, Histogram, type Registry } from 'prom-client'
import type { Meter } from '../core/meter.ts'

const answered = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const attempted = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const committed = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const sizes = [1, 2, 4, 8, 16, 32, 64]

/** Makes them in `registry`. */
export function createMeter(registry: Registry): Meter {
  const registers = [registry]
  const requests = new Counter({
    name: 'qiao_intake_requests_total',
    help: 'Posts of departments answered, by department, canonical type and HTTP status',
    labelNames: ['source', 'type', 'status'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'qiao_intake_request_seconds',
    help: 'Seconds until a post was answered',
    labelNames: ['source'],
    buckets: answered,
    registers,
  })
  const messages = new Counter({
    name: 'qiao_messages_accepted_total',
    help: 'Messages accepted; duplicate: accepted before, answered with the first receipt',
    labelNames: ['source', 'type', 'duplicate'],
    registers,
  })
  const attempts = new Counter({
    name: 'qiao_delivery_attempts_total',
    help: 'Attempts, by system and outcome',
    labelNames: ['system', 'outcome'],
    registers,
  })
  const attemptSeconds = new Histogram({
    name: 'qiao_delivery_attempt_seconds',
    help: 'Seconds an attempt took',
    labelNames: ['system'],
    buckets: attempted,
    registers,
  })
  const settled = new Counter({
    name: 'qiao_deliveries_settled_total',
    help: 'Deliveries that an attempt brought to an end: delivered, duplicate or dead',
    labelNames: ['system', 'state'],
    registers,
  })
  const commits = new Histogram({
    name: 'qiao_ledger_commit_seconds',
    help: 'Seconds a commit took; kind: posts of departments, or turns of lanes',
    labelNames: ['kind'],
    buckets: committed,
    registers,
  })
  const commitSize = new Histogram({
    name: 'qiao_ledger_commit_size',
    help: 'Posts or turns that shared one commit',
    labelNames: ['kind'],
    buckets: sizes,
    registers,
  })
  const requestsOf = children(requests)
  const requestSecondsOf = children(requestSeconds)
  const messagesOf = children(messages)
  const attemptsOf = children(attempts)
  const attemptSecondsOf = children(attemptSeconds)
  const settledOf = children(settled)
  const commitsOf = children(commits)
  const commitSizeOf = children(commitSize)
  return {
    request: (source, type, status, seconds) => {
      requestsOf(source, type, String(status)).inc()
      requestSecondsOf(source).observe(seconds)
    },
    accepted: (source, type, duplicate) => messagesOf(source, type, String(duplicate)).inc(),
    attempt: (system, outcome, state, seconds) => {
      attemptsOf(system, outcome).inc()
      attemptSecondsOf(system).observe(seconds)
      if (state !== 'ready') settledOf(system, state).inc()
    },
    commit: (kind, size, seconds) => {
      commitsOf(kind).observe(seconds)
      commitSizeOf(kind).observe(size)
    },
  }
}

/** Children of a metric by their labels: prom-client sorts and joins labels anew whenever it is asked for one. */
function children<T>(metric: { labels(...values: string[]): T }): (...values: string[]) => T {
  const known = new Map<string, T>()
  return (...values) => {
    const name = values.join('\n')
    const found = known.get(name)
    if (found !== undefined) return found
    const child = metric.labels(...values)
    known.set(name, child)
    return child
  }
}
