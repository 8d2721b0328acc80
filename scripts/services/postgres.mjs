// A private PostgreSQL: own data folder, 127.0.0.1 only, durable like a real one (fsync on).
import { execFile } from 'node:child_process'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startInstance } from './instance.mjs'

const run = promisify(execFile)

/** Makes a cluster and starts it; `url` names its maintenance database, user `qiao`, trusted on loopback. */
export async function startPostgres({ initdb, postgres }, folder, account) {
  const data = join(folder, 'postgres')
  mkdirSync(data, { mode: 0o700 })
  if (account.uid !== undefined) chownSync(data, account.uid, account.gid)
  await run(
    initdb,
    ['-D', data, '-U', 'qiao', '-E', 'UTF8', '--locale=C', '--auth-host=trust', '--auth-local=reject'],
    { cwd: data, ...account },
  ).catch((error) => {
    throw new Error(`initdb failed: ${String(error.stderr || error.message).trim()}`)
  })
  writeFileSync(join(data, 'pg_hba.conf'), 'host all qiao 127.0.0.1/32 trust\n')
  const { port, ...instance } = await startInstance({
    program: postgres,
    args: (p) => ['-D', data, '-p', String(p), ...settings.flatMap((setting) => ['-c', setting])],
    account,
    cwd: data,
    log: join(folder, 'postgres.log'),
    signal: 'SIGQUIT', // immediate: the data is thrown away
    ready: { send: startupMessage, accept: isReady },
  })
  return { url: `postgres://qiao@127.0.0.1:${port}/postgres`, ...instance }
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=on',
  'max_connections=200', // test files run side by side, each with its own pools
]

// Protocol 3.0 start-up message for user qiao, database postgres (PostgreSQL manual, "Message Formats").
const parameters = Buffer.from('user\0qiao\0database\0postgres\0\0')
const startupMessage = Buffer.concat([Buffer.alloc(8), parameters])
startupMessage.writeInt32BE(startupMessage.length, 0)
startupMessage.writeInt32BE(196_608, 4)

/** 'R' = authentication ok; 'E' comes while the server is still starting up. */
function isReady(reply) {
  return reply[0] === 0x52
}
