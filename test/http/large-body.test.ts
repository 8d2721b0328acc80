// Bodies over the limit: the answer arrives, nothing of them is held, and the connection stays good.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMessage } from '../../sandbox/department/message.ts'
import { signedHeaders } from '../hub/client.ts'
import { type Running, signatories, startRunning } from '../hub/running.ts'
import { countRows, pairs } from '../hub/stores.ts'

const pair = pairs[1]
if (!pair) throw new Error('no pair')
const megabyte = 1024 * 1024
const piece = Buffer.alloc(64 * 1024, 0x20)

/** Headers of a good signature over `{}`; what follows them is not that body. */
function head(hub: Running, framing: string): string {
  const path = '/v1/housing/acceptance'
  const auth = signedHeaders(hub.keys, signatories.housing, { method: 'POST', path, body: Buffer.from('{}') })
  const lines = Object.entries({ host: 'hub', 'content-type': 'application/json', ...auth })
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}${framing}\r\n\r\n`
}

type Wire = { socket: Socket; until: (mark: RegExp) => Promise<string> }

/** A plain connection that collects what comes back. */
async function dial(hub: Running): Promise<Wire> {
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1')
  let received = ''
  socket.on('data', (data) => {
    received += data.toString('utf8')
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return {
    socket,
    until: async (mark) => {
      for (const end = Date.now() + 10_000; !mark.test(received); ) {
        if (Date.now() > end || socket.destroyed) throw new Error(`the answer so far: ${received}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      const answer = received
      received = ''
      return answer
    },
  }
}

/** Sends blanks until `size` is reached or the other side has had enough. */
async function pump(socket: Socket, size: number, chunked: boolean): Promise<void> {
  for (let sent = 0; sent < size && !socket.destroyed; sent += piece.length) {
    if (chunked) socket.write(`${piece.length.toString(16)}\r\n`)
    const flowing = socket.write(piece)
    if (chunked) socket.write('\r\n')
    if (!flowing) await once(socket, 'drain').catch(() => socket.destroy())
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that are really held. */
async function held(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    collect()
  }
  const { external, heapUsed } = process.memoryUsage()
  return external + heapUsed
}

describe('bodies over the limit', () => {
  let hub: Running
  beforeAll(async () => {
    hub = await startRunning(pair)
  })
  afterAll(() => hub?.close())

  test.each([
    ['with its length declared', false],
    ['in chunks', true],
  ])('50 MB %s: 413, and the next request on the connection is answered', async (_, chunked) => {
    const { socket, until } = await dial(hub)
    const before = await held()
    socket.write(head(hub, chunked ? 'transfer-encoding: chunked' : `content-length: ${50 * megabyte}`))
    await pump(socket, 45 * megabyte, chunked)
    expect((await held()) - before).toBeLessThan(4 * megabyte)
    await pump(socket, 5 * megabyte, chunked)
    if (chunked) socket.write('0\r\n\r\n')
    const answer = await until(/"code":"body\.too-large"[\s\S]*\}/)
    expect(answer).toContain('HTTP/1.1 413')
    expect(answer).toContain('application/problem+json; charset=utf-8')
    expect(answer).toContain('请求体超过上限')
    socket.write('GET /healthz HTTP/1.1\r\nhost: hub\r\n\r\n')
    expect(await until(/"status":"ok"/)).toContain('HTTP/1.1 200')
    socket.destroy()
  })

  test('a body declared far too large is answered before it comes', async () => {
    const { socket, until } = await dial(hub)
    socket.write(head(hub, `content-length: ${10_000 * megabyte}`))
    expect(await until(/body\.too-large/)).toContain('HTTP/1.1 413')
    socket.destroy()
  })

  test('endless chunks are answered and cut', async () => {
    const { socket, until } = await dial(hub)
    socket.write(head(hub, 'transfer-encoding: chunked'))
    await pump(socket, 400 * megabyte, true)
    expect(await until(/body\.too-large/)).toContain('HTTP/1.1 413')
    if (!socket.destroyed) await once(socket, 'close')
  })

  test('a body that stays shorter than declared is no message, and no failure of ours', async () => {
    const { path, body } = buildMessage('housing', 'acceptance')
    const auth = signedHeaders(hub.keys, signatories.housing, { method: 'POST', path, body })
    const { socket } = await dial(hub)
    const lines = Object.entries({ host: 'hub', 'content-type': 'application/json', ...auth })
    const headers = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.write(`POST ${path} HTTP/1.1\r\n${headers}content-length: ${body.length + 1}\r\n\r\n`)
    socket.write(body)
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    await once(socket, 'close')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(hub.log()).not.toContain('request.failed')
  })

  test('nothing is stored', async () => {
    await hub.stop()
    expect(await hub.look(countRows)).toEqual({ message: 0, delivery: 0, post: 0, nonce: 0 })
  })
})
