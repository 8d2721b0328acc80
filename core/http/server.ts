// Listens, and stops without dropping a request.
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import { StartupError } from '../errors.ts'
import type { Env } from './body.ts'

export type Listening = { port: number; close(deadline: number): Promise<void> }

/** ms; longer than balancers keep theirs (60 s): who closes first may close under a request, and that is then broken */
const keptFor = 75_000

/** Starts listening. Throws StartupError when the port is taken. */
export function listen(app: Hono<Env>, port: number, hostname: string): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, (address) => {
      resolve({ port: address.port, close: (deadline) => close(server as Server, deadline) })
    }) as Server
    server.keepAliveTimeout = keptFor
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        new StartupError(
          taken ? `port ${port} is in use` : error.message,
          'Choose another QIAO_PORT, or stop the program that has it.',
        ),
      )
    })
  })
}

const look = 50
const grace = 250

/**
 * Refuses new connections, lets open requests end, and cuts what is left at the deadline (ms). Each answer from now on
 * closes its connection, or clients that keep theirs busy would be cut in the middle of a request. Idle connections
 * have a grace: the next request may be on its way.
 */
function close(server: Server, deadline: number): Promise<void> {
  return new Promise((resolve) => {
    server.prependListener('request', (_, response) => response.setHeader('connection', 'close'))
    const began = Date.now()
    const idle = setInterval(() => {
      if (Date.now() - began >= grace) server.closeIdleConnections()
    }, look)
    const cut = setTimeout(() => server.closeAllConnections(), deadline)
    // not http's own close, which cuts idle connections at once
    NetServer.prototype.close.call(server, () => {
      clearInterval(idle)
      clearTimeout(cut)
      resolve()
    })
  })
}
