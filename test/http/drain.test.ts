// A stopping hub: it says so to balancers, ends what it has begun, and keeps nobody waiting for an idle connection.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildMessage } from '../../sandbox/department/message.ts'
import { signedHeaders } from '../hub/client.ts'
import { type Running, signatories, startRunning } from '../hub/running.ts'
import { countRows, pairs } from '../hub/stores.ts'

const [, pair] = pairs
if (!pair) throw new Error('no pair')

let hub: Running
beforeAll(async () => {
  hub = await startRunning(pair)
})
afterAll(() => hub?.close())

/** A plain connection and what came back on it. */
async function dial(): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1')
  let received = ''
  socket.on('data', (data) => {
    received += data.toString('utf8')
  })
  await once(socket, 'connect')
  return { socket, received: () => received }
}

test('a kept connection outlives what balancers keep, so that they close it and not the hub', async () => {
  const { headers } = await hub.agent.request({ origin: hub.url, path: '/healthz', method: 'GET' })
  expect(Number(/timeout=(\d+)/.exec(String(headers['keep-alive']))?.[1])).toBeGreaterThan(60)
})

test('a post that is half here when the hub stops is accepted; readyz then says 503, and nobody waits', async () => {
  const { path, body } = buildMessage('housing', 'acceptance')
  const auth = signedHeaders(hub.keys, signatories.housing, { method: 'POST', path, body })
  const lines = Object.entries({ host: 'hub', 'content-type': 'application/json', ...auth })
  const headers = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const idle = await dial()
  idle.socket.write('GET /healthz HTTP/1.1\r\nhost: hub\r\n\r\n')
  const { socket, received } = await dial()
  socket.write(`POST ${path} HTTP/1.1\r\n${headers}content-length: ${body.length}\r\n\r\n`)
  socket.write(body.subarray(0, 100))
  await sleep(50)

  const ended = once(idle.socket, 'close')
  const closing = once(socket, 'close')
  const stopped = hub.stop()
  await ended
  await expect(dial()).rejects.toThrow(/ECONNREFUSED/)
  socket.write(body.subarray(100))
  // the rest of the post and the next request come together, as from a balancer
  socket.write('GET /readyz HTTP/1.1\r\nhost: hub\r\n\r\n')
  await closing
  const closed = Date.now()
  await stopped
  expect(Date.now() - closed).toBeLessThan(2_500) // an idle connection is kept far longer

  const [, accepted = '', unready = ''] = received().split('HTTP/1.1 ')
  expect(accepted).toMatch(/^202 /)
  expect(accepted).toContain('"messageId"')
  expect(unready).toMatch(/^503 /)
  expect(unready.toLowerCase()).toContain('connection: close')
  expect(unready).toContain('"ready":false,"draining":true,"ledger":"ok"')
  expect(await hub.look(countRows)).toMatchObject({ message: 1 })
})
