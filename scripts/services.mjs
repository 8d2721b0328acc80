// The PostgreSQL and Redis that tests and benchmarks need: finds them, or installs them from Debian's packages,
// and runs private instances on free ports in a temp folder. Plain Node 20 without dependencies, so that it
// also works before `npm install`. Run directly, it keeps both running until Ctrl-C.
//
// A detached supervisor process owns the instances and watches a pipe from this process. However this process
// ends (return, signal, kill -9), the pipe closes and the supervisor stops everything and removes the folder.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const supervisor = fileURLToPath(new URL('./services/supervisor.mjs', import.meta.url))

/**
 * Starts what is asked for, or takes TEST_DATABASE_URL / TEST_REDIS_URL where they are set. `own`: never takes those,
 * because what is started is going to be killed.
 * Throws an Error with one line that says what to do when something is missing and cannot be installed.
 */
export async function startServices({ postgres = true, redis = true, own = false } = {}) {
  const given = {
    databaseUrl: postgres && !own ? (process.env.TEST_DATABASE_URL ?? '') : '',
    redisUrl: redis && !own ? (process.env.TEST_REDIS_URL ?? '') : '',
  }
  const wanted = { postgres: postgres && !given.databaseUrl, redis: redis && !given.redisUrl }
  const notOurs = async () => {
    throw new Error('only a private instance can be killed')
  }
  if (!wanted.postgres && !wanted.redis)
    return { ...given, kill: notOurs, start: notOurs, stop: async () => {} }
  const child = spawn(process.execPath, [supervisor, JSON.stringify(wanted)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C in the terminal must reach the tests first, not the databases under them
  })
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'exit').then(() => undefined)
  const answer = await nextLine(child, lines, ended)
  if (answer.error) throw new Error(answer.error)
  let before = Promise.resolve()
  const obey = (order) => {
    const done = before.then(async () => {
      child.stdin.write(`${order}\n`)
      const { error } = await nextLine(child, lines, ended)
      if (error) throw new Error(`${order}: ${error}`)
    })
    before = done.catch(() => {})
    return done
  }
  let stopping
  const stop = () => {
    stopping ??= end(child)
    return stopping
  }
  return {
    databaseUrl: given.databaseUrl || answer.databaseUrl,
    redisUrl: given.redisUrl || answer.redisUrl,
    kill: (name) => obey(`kill ${name}`),
    start: (name) => obey(`start ${name}`),
    stop,
  }
}

/** What the supervisor says next. Only while it is waited for does it keep its caller alive. */
async function nextLine(child, lines, ended) {
  const handles = [child, child.stdin, child.stdout]
  for (const handle of handles) handle.ref()
  const line = await Promise.race([once(lines, 'line').then(([text]) => text), ended])
  for (const handle of handles) handle.unref()
  if (line === undefined) return { error: 'the services ended; see the lines above' }
  return JSON.parse(line)
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = once(child, 'exit')
  child.stdin.end()
  await gone
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { databaseUrl, redisUrl, stop } = await startServices()
    process.stdout.write(`export TEST_DATABASE_URL=${databaseUrl}\nexport TEST_REDIS_URL=${redisUrl}\n`)
    const idle = setInterval(() => {}, 3_600_000)
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, async () => {
        await stop()
        clearInterval(idle)
      })
    }
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
