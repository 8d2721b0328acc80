// One measurement of one running program: warm-up, then messages against the clock.
import { randomBytes } from 'node:crypto'
import type { Channel } from './channel.ts'
import type { Target } from './child.ts'
import type { DriverAnswer, DriverCommand } from './driver.ts'
import { makeMessage } from './message.ts'
import { type Expected, proveWork } from './proof.ts'
import type { SinkAnswer, SinkCommand } from './sink.ts'
import { cpuTime, peakMemory, resetPeak } from './usage.ts'

/** messages/s until the last delivery reached the sink; ms; ms; CPU µs a message; peak MB. */
export type Figures = { rate: number; p50: number; p99: number; cpu: number; memory: number }

export type Harness = {
  driver: Channel<DriverCommand, DriverAnswer>
  sink: Channel<SinkCommand, SinkAnswer>
  secret: string
}

const connections = 64
const stall = 30_000 // ms without any delivery: the rest will not come

/** Measures `count` messages after `warmUp` others; throws when one is missing at the sink. */
export async function measure(
  harness: Harness,
  target: Target,
  count: number,
  warmUp: number,
): Promise<Figures> {
  await load(harness, target, warmUp)
  resetPeak(target.pid)
  const cpuBefore = cpuTime(target.pid)
  const { driven, sunk } = await load(harness, target, count)
  const seconds = Number(sunk.lastAt - driven.startedAt) / 1e9
  return {
    rate: count / seconds,
    p50: driven.p50,
    p99: driven.p99,
    cpu: (cpuTime(target.pid) - cpuBefore) / count,
    memory: peakMemory(target.pid),
  }
}

/** Sends one message and checks what the sink got for it: no figures for a program that does other work. */
export async function prove(
  harness: Harness,
  target: Target,
  expected: Omit<Expected, 'message'>,
): Promise<void> {
  const { run, sunk } = await load(harness, target, 1)
  proveWork(sunk.sample, { ...expected, message: makeMessage(run, 0) })
}

/** Sends `count` new messages and waits for all of them at the sink. */
export async function load(
  { driver, sink, secret }: Harness,
  target: Target,
  count: number,
): Promise<{ run: string; driven: DriverAnswer; sunk: SinkAnswer }> {
  const run = randomBytes(4).toString('hex')
  await sink.ask({ do: 'expect', count, stall })
  const driven = await driver.ask({ url: target.url, run, count, connections, secret })
  const sunk = await sink.ask({ do: 'wait' })
  if (sunk.records !== count) throw new Error(`only ${sunk.records} of ${count} messages reached the sink`)
  return { run, driven, sunk }
}
