// A private Redis with the settings the hub demands: nothing evicted, every write in the append-only file.
import { chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startInstance } from './instance.mjs'

/** Starts redis-server on 127.0.0.1 with its data under `folder`. */
export async function startRedis({ redis }, folder, account) {
  const data = join(folder, 'redis')
  mkdirSync(data, { mode: 0o700 })
  if (account.uid !== undefined) chownSync(data, account.uid, account.gid)
  const { port, ...instance } = await startInstance({
    program: redis,
    args: (p) =>
      Object.entries({ ...settings, port: String(p), dir: data }).flatMap(([k, v]) => [`--${k}`, v]),
    account,
    cwd: data,
    log: join(folder, 'redis.log'),
    signal: 'SIGKILL', // the data is thrown away
    ready: { send: 'PING\r\n', accept: (reply) => reply.toString().startsWith('+PONG') },
  })
  return { url: `redis://127.0.0.1:${port}`, ...instance }
}

const settings = {
  bind: '127.0.0.1',
  'maxmemory-policy': 'noeviction',
  appendonly: 'yes',
  appendfsync: 'everysec',
  save: '',
}
