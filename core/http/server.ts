// Listens, and stops without dropping a request.
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import { StartupError } from '../errors.ts'
import type { Env } from './body.ts'

export type Listening = { port: number; close(deadline: number): Promise<void> }

/** Starts listening. Throws StartupError when the port is taken. */
export function listen(app: Hono<Env>, port: number, hostname: string): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, (address) => {
      resolve({ port: address.port, close: (deadline) => close(server as Server, deadline) })
    }) as Server
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

/** Refuses new connections, lets open requests end, and cuts what is left at the deadline (ms). */
function close(server: Server, deadline: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), deadline)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
