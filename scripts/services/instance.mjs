// One database process: started on a free port, ready when it answers, stopped by a signal; killed and started again.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

/** A free TCP port of 127.0.0.1. Another process may take it before its use, so callers try again. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/**
 * Starts `program` with the arguments made for a free port and waits until it answers there; tries three ports.
 * `signal` is what ends it. Its output goes to `log`, whose tail is in the error when it does not come up.
 * `kill` ends it as a power cut would; `start` runs it again, same port, same data.
 */
export async function startInstance(recipe) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    let running = await launch(recipe, port)
    if (!running) {
      if (attempt < 3) continue
      throw failed(recipe)
    }
    return {
      port,
      stop: () => running.end(recipe.signal),
      kill: () => running.end('SIGKILL'),
      start: async () => {
        running = await relaunch(recipe, port)
      },
    }
  }
}

/** PostgreSQL refuses to start while processes of its dead predecessor still close: again until it comes up. */
async function relaunch(recipe, port) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const running = await launch(recipe, port)
    if (running) return running
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw failed(recipe)
}

function failed({ program, log }) {
  return new Error(`${program} did not start: ${readFileSync(log, 'utf8').trim().slice(-600)}`)
}

/** The process once it answers; undefined when it ended or never did. */
async function launch({ program, args, account, cwd, log, signal, ready }, port) {
  const output = openSync(log, 'a')
  const child = spawn(program, args(port), { stdio: ['ignore', output, output], cwd, ...account })
  closeSync(output)
  const gone = new Promise((resolve) => {
    child.once('exit', resolve).once('error', resolve)
  })
  const end = async (by) => {
    child.kill(by)
    const killer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await gone
    clearTimeout(killer)
  }
  if (await answers(port, ready, gone)) return { end }
  await end(signal)
  return undefined
}

/** True when a connection that sends `ready.send` gets bytes that `ready.accept` likes, within 20 s. */
async function answers(port, ready, gone) {
  let dead = false
  gone.then(() => {
    dead = true
  })
  for (const end = Date.now() + 20_000; Date.now() < end && !dead; ) {
    const reply = await ask(port, ready.send)
    if (reply && ready.accept(reply)) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return false
}

function ask(port, bytes) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 }, () => socket.write(bytes))
    const finish = (reply) => {
      socket.destroy()
      resolve(reply)
    }
    socket.once('data', finish)
    socket.once('error', () => finish(undefined))
    socket.once('timeout', () => finish(undefined))
    socket.once('close', () => resolve(undefined))
  })
}
