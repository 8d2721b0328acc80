// /healthz: the process lives. /readyz: it can accept now, and why not. /openapi.json is in its own file.
import type { Hono } from 'hono'
import type { Queue } from '../flow/queue.ts'
import type { Registry } from '../flow/registry.ts'
import type { Database } from '../ledger/database.ts'
import type { Env } from './body.ts'

/** Adds the health routes. `draining` is true once the process is stopping: balancers must send nothing more. */
export function addHealth(
  app: Hono<Env>,
  parts: { database: Database; queue: Queue; registry: Registry; draining: () => boolean },
): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const ledger = await parts.database.query('SELECT 1').then(
      () => 'ok',
      (error: Error) => error.message.slice(0, 200),
    )
    // the queue only makes delivery quick: without it intake goes on and the sweeper delivers
    const queue = (await parts.queue.health()) ?? 'ok'
    const ready = ledger === 'ok' && !parts.draining()
    const mappings = parts.registry.current().digest
    return c.json({ ready, draining: parts.draining(), ledger, queue, mappings }, ready ? 200 : 503)
  })
}
