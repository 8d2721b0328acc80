// What stands before several hubs in a city: takes each request to the next hub that lives. When a hub dies under a
// request, the client's connection breaks, as it would without us. Notes every message of every 202 that came back.
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Receipt } from '../../core/evidence/receipt.ts'

/** One message of a 202 reply. */
export type Given = { id: string; duplicate: boolean; receipt: Receipt }

export type Balancer = {
  url: string
  /** every message of every 202 so far, in order */
  given: readonly Given[]
  /** requests that met a hub which died, or no hub at all */
  broken(): number
  close(): Promise<void>
}

/**
 * Listens on a free port and spreads requests over `hubs` (`http://host:port`). `look`: goes by /readyz only, which it asks
 * every so many ms, as a real one does, and tries nothing twice; without it, a hub that refuses is passed over.
 */
export async function startBalancer(hubs: readonly string[], look?: number): Promise<Balancer> {
  const given: Given[] = []
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  let broken = 0

  const forward = (
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
    tried: number,
  ): void => {
    const list = look === undefined ? hubs : hubs.filter((hub) => ready.has(hub))
    if (tried === list.length) return void cut(outgoing)
    const target = new URL(list[turn++ % list.length] ?? '')
    const { method, url, headers } = incoming
    const { hostname, port } = target
    const onward = request({ hostname, port, method, path: url, headers, agent }, (reply) => {
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part))
      reply.on('error', () => cut(outgoing))
      reply.on('end', () => {
        const content = Buffer.concat(parts)
        if (reply.statusCode === 202) given.push(...messagesOf(content))
        const type = reply.headers['content-type'] ?? 'application/json'
        const after = reply.headers['retry-after']
        outgoing.writeHead(reply.statusCode ?? 502, {
          'content-type': type,
          ...(after ? { 'retry-after': after } : {}),
        })
        outgoing.end(content)
      })
    })
    onward.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' && look === undefined) forward(incoming, body, outgoing, tried + 1)
      else cut(outgoing)
    })
    onward.end(body)
  }
  const ready = new Set<string>()
  const ask = async (hub: string): Promise<void> => {
    const reply = await fetch(`${hub}/readyz`).catch(() => undefined)
    if (reply?.ok) ready.add(hub)
    else ready.delete(hub)
  }
  const asking = look === undefined ? undefined : setInterval(() => hubs.map(ask), look)
  if (asking) await Promise.all(hubs.map(ask))
  const cut = (outgoing: ServerResponse): void => {
    if (outgoing.destroyed) return
    broken++
    outgoing.destroy()
  }
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => forward(incoming, Buffer.concat(parts), outgoing, 0))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    given,
    broken: () => broken,
    close: () =>
      new Promise((resolve) => {
        clearInterval(asking)
        agent.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function messagesOf(content: Buffer): Given[] {
  return (JSON.parse(content.toString('utf8')) as { messages?: Given[] }).messages ?? []
}
