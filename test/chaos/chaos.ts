// Carries the plan out: each accident when its share of the traffic is reached, one after the other on each victim, side by
// side on different ones.
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Progress } from './progress.ts'
import { type Accident, type Planned, tell } from './schedule.ts'
import type { Stage } from './stage.ts'

/** Resolves when everything has happened and is over. `finale`: see Amounts. */
export async function carryOut(
  planned: readonly Planned[],
  finale: number | undefined,
  stage: Stage,
  progress: Progress,
  say: (line: string) => void,
): Promise<void> {
  const last = new Map<string, Promise<void>>()
  /** Does it once what happened to the same victim before is over. */
  const queue = (victim: string, work: () => Promise<void>): Promise<void> => {
    const done = (last.get(victim) ?? Promise.resolve()).then(work)
    last.set(victim, done)
    return done
  }
  const all = planned.map(async (accident) => {
    await progress.reach(accident.at)
    await queue(victimOf(accident), async () => {
      say(`${String(progress.acknowledged()).padStart(7)}  ${tell(accident)}`)
      await happen(accident, stage)
    })
  })
  if (finale !== undefined)
    all.push(progress.reach(finale).then(() => queue('platforms', () => end(stage, progress, say))))
  await Promise.all(all)
}

function victimOf(accident: Accident): string {
  switch (accident.what) {
    case 'kill':
      return `hub ${accident.hub}`
    case 'pause': // one at a time: another hub must go on, and may be killed meanwhile like the one that stands still
      return 'pause'
    case 'flush':
    case 'redis':
      return 'redis'
    case 'postgres':
      return 'postgres'
    case 'line':
    case 'freeze':
      return 'platforms'
  }
}

async function happen(accident: Accident, stage: Stage): Promise<void> {
  const { hubs, services, platforms } = stage
  switch (accident.what) {
    case 'kill':
      return hubs.kill(accident.hub)
    case 'pause':
      // new connections are on their way when it stops: what waits for one must not be sent later
      return hubs.pause(accident.hub, accident.away, platforms.cut)
    case 'flush':
      return flush(services.redisUrl)
    case 'redis':
    case 'postgres':
      await services.kill(accident.what)
      await sleep(accident.away)
      return services.start(accident.what)
    case 'line':
      await platforms.shut()
      await sleep(accident.away)
      return platforms.open()
    case 'freeze':
      return freeze(stage, accident.away)
  }
}

async function freeze({ sandbox }: Stage, ms: number): Promise<void> {
  sandbox.process.kill('SIGSTOP')
  await sleep(ms)
  sandbox.process.kill('SIGCONT')
}

/** Everything that is still owed when the traffic is over has only the ledger to remember it. */
async function end(stage: Stage, progress: Progress, say: (line: string) => void): Promise<void> {
  const { platforms, services, hubs, hubCount } = stage
  say(
    `${String(progress.acknowledged()).padStart(7)}  line to the platforms cut until the end of the traffic`,
  )
  await platforms.shut()
  await progress.result
  say('    end  Redis emptied, every hub killed, Redis emptied again, line restored')
  await flush(services.redisUrl)
  await Promise.all(Array.from({ length: hubCount }, (_, hub) => hubs.kill(hub)))
  await flush(services.redisUrl)
  await platforms.open()
}

/** FLUSHALL. */
async function flush(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    await redis.flushall()
  } finally {
    redis.disconnect()
  }
}
