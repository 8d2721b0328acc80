// A gate on the way: passes TCP connections on to its targets by turns, retries nothing, and can be shut. One stands before
// the hubs as the city's balancer, one before the platforms as the line to the province that fails.
import { connect, createServer, type Socket } from 'node:net'

export type Gate = {
  port: number
  /** every connection is cut */
  cut(): void
  /** the port is closed and every connection is cut */
  shut(): Promise<void>
  open(): Promise<void>
}

/** Opens a gate on a free port; a connection goes to the next of `targets` (ports), whether it lives or not. */
export async function openGate(targets: readonly number[]): Promise<Gate> {
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer((near) => {
    const far = connect(targets[turn++ % targets.length] ?? 0, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const port = await listen(0)
  return {
    port,
    cut,
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
    open: async () => void (await listen(port)),
  }
}
