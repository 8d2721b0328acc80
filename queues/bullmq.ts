// Wake-ups over Redis, so that any number of hub processes share the work. Redis holds no business data: a job names
// a lane. Losing all of it loses nothing, because the sweeper finds what is due in the ledger, and its wakes do not
// go through Redis: with Redis away each process goes on with the lanes that it can take.
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue as Jobs, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { StartupError } from '../core/errors.ts'
import type { Queue, QueueStore, Wake } from '../core/flow/queue.ts'
import type { Log } from '../core/log.ts'

const name = 'qiao-wake'
// A process that dies leaves its job active; another takes it after the lock and the next check for stalled jobs.
const lock = 10_000
const stalledCheck = 5_000
// wakes that Redis has not confirmed; when it hangs, more are left to the sweeper
const most = 1_000
// how long Redis may take to say goodbye, ms
const farewell = 2_000
const keep = { removeOnComplete: true, removeOnFail: true } as const
const keepNone = { removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } }

/**
 * Opens the queue on `url`. Throws StartupError when Redis cannot be reached or may evict keys.
 * `prefix` keeps several hubs apart in one Redis.
 */
export async function bullQueue(url: string, log: Log, prefix = 'qiao'): Promise<Queue> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, enableOfflineQueue: false, lazyConnect: true })
  const blocking = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true })
  const report = (error: Error): void => log.warn('queue.redis', { error: error.message.slice(0, 200) })
  redis.on('error', report)
  blocking.on('error', report)
  try {
    await redis.connect()
    await refuseEviction(redis)
  } catch (cause) {
    redis.disconnect()
    if (cause instanceof StartupError) throw cause
    throw new StartupError(
      'Redis cannot be reached',
      'Check REDIS_URL and that Redis accepts this host.',
      cause,
    )
  }
  const jobs = new Jobs<Wake>(name, { connection: redis, prefix, defaultJobOptions: keep })
  jobs.on('error', report)
  let worker: Worker<Wake> | undefined
  const running = new Set<Promise<void>>()
  let serve: (target: Wake) => Promise<void> = async () => undefined
  let slots = 0
  let unconfirmed = 0

  // A wake that cannot be handed over is left to the sweeper.
  const add = (target: Wake, options: Parameters<typeof jobs.add>[2]): void => {
    if (unconfirmed >= most) return
    unconfirmed++
    jobs
      .add('wake', target, options)
      .catch(report)
      .finally(() => unconfirmed--)
  }
  const idOf = ({ system, lane }: Wake): string => `${system}/${lane}`
  return {
    // while the job waits a further wake is the same job; while it runs, one more is kept for afterwards
    wake: (target) => add(target, { deduplication: { id: idOf(target), keepLastIfActive: true } }),
    sweep: (target) => {
      if (running.size < slots) void serve(target)
    },
    wakeAfter: (target, delay) => add(target, { delay, deduplication: { id: `${idOf(target)}@later` } }),
    onWake: (run, concurrency) => {
      slots = concurrency
      serve = (target) => {
        const work = run(target).finally(() => running.delete(work))
        running.add(work)
        return work
      }
      worker = new Worker<Wake>(name, (job) => serve(job.data), {
        connection: blocking,
        prefix,
        concurrency,
        lockDuration: lock,
        stalledInterval: stalledCheck,
        maxStalledCount: 1_000,
        ...keepNone,
      })
      worker.on('error', report)
    },
    health: async () => (redis.status === 'ready' ? undefined : `Redis is ${redis.status}`),
    store: async () => {
      if (redis.status !== 'ready') throw new Error(`Redis is ${redis.status}`)
      const [info, [seconds, micros]] = await Promise.all([redis.info(), redis.time()])
      return { clock: Number(seconds) * 1000 + Number(micros) / 1000, ...storeOf(info) }
    },
    close: async () => {
      slots = 0
      const closing = Promise.all([worker?.close(redis.status !== 'ready'), jobs.close()])
      await Promise.all(running)
      // without Redis BullMQ waits for it, for ever; what it leaves there another process finds stalled
      await Promise.race([closing, sleep(farewell, undefined, { ref: false })])
      redis.disconnect()
      blocking.disconnect()
    },
  }
}

async function refuseEviction(redis: Redis): Promise<void> {
  const { policy } = storeOf(await redis.info('memory'))
  if (policy === 'noeviction') return
  throw new StartupError(
    `Redis has maxmemory-policy ${policy}`,
    'Set maxmemory-policy noeviction: with any other policy Redis silently drops wake-ups.',
  )
}

/** Reads the answer of INFO; CONFIG is forbidden at many hosts. */
function storeOf(info: string): Omit<QueueStore, 'clock'> {
  const of = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]
  const most = Number(of('maxmemory') ?? 0)
  const failing = of('aof_last_write_status') === 'err' || of('rdb_last_bgsave_status') === 'err'
  return {
    policy: of('maxmemory_policy') ?? 'unknown',
    memory: most > 0 ? Number(of('used_memory')) / most : null,
    persistence: failing ? 'failing' : of('aof_enabled') === '1' ? 'aof' : 'no-aof',
  }
}
