// A Redis of our own that can be emptied, killed and started again on the same port; it forgets everything.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { Redis } from 'ioredis'
import { freePorts, until } from './city.ts'

export type OwnRedis = {
  url: string
  /** FLUSHALL; answers how many keys there were */
  empty(): Promise<number>
  /** kill -9 */
  stop(): Promise<void>
  start(): Promise<void>
}

/** Starts redis-server with the settings the hub demands; nothing is written to disk. */
export async function ownRedis(): Promise<OwnRedis> {
  const [port = 0] = await freePorts(1)
  const settings = [
    '--bind',
    '127.0.0.1',
    '--maxmemory-policy',
    'noeviction',
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  let child: ChildProcess | undefined
  const ask = async <T>(work: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      return await work(redis)
    } finally {
      redis.disconnect()
    }
  }
  const start = async (): Promise<void> => {
    child = spawn('redis-server', ['--port', String(port), ...settings], { cwd: tmpdir(), stdio: 'ignore' })
    const answers = (): Promise<boolean> =>
      ask((redis) => redis.ping()).then(
        () => true,
        () => false,
      )
    await until('Redis answers', answers)
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    empty: () =>
      ask(async (redis) => {
        const keys = await redis.dbsize()
        await redis.flushall()
        return keys
      }),
    stop: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
    start,
  }
}
