// /healthz: the process lives, and touches no store. /readyz: it can accept now, and why not; a platform that is away is
// no reason. Everything else that is known of the hub's health is for operators: /ops/health.
import type { Hono } from 'hono'
import type { Guarantee } from '../config.ts'
import type { Gate } from '../flow/gate.ts'
import type { Queue } from '../flow/queue.ts'
import type { Registry } from '../flow/registry.ts'
import type { Reload } from '../flow/reload.ts'
import type { Health } from '../health/health.ts'
import { errorsOf, formatProblem } from '../yaml.ts'
import type { Env } from './body.ts'

/** Adds the health routes. `draining` is true once the process is stopping: balancers must send nothing more. */
export function addHealth(
  app: Hono<Env>,
  parts: {
    health: Health
    queue: Queue
    registry: Registry
    reload: Reload
    draining: () => boolean
    gate: Gate
    without?: Guarantee | undefined
  },
): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const ledger = await parts.health.ledger()
    // the queue only makes delivery quick: without it intake goes on and the sweeper delivers
    const queue = (await parts.queue.health()) ?? 'ok'
    const shut = parts.gate()
    const ready = ledger === 'ok' && shut === undefined && !parts.draining()
    const mappings = mappingsOf(parts.registry, parts.reload)
    const { without } = parts
    const told = {
      ready,
      draining: parts.draining(),
      ledger,
      intake: shut ? `${shut.code}: ${shut.detail}` : 'ok',
      queue,
      mappings,
      ...(without ? { without } : {}),
    }
    return c.json(told, ready ? 200 : 503)
  })
}

/** What the hub runs on, and `pending` while the files that should replace it are refused: the old ones serve on. */
function mappingsOf(registry: Registry, reload: Reload): Record<string, unknown> {
  const own = { digest: registry.current().digest, since: registry.since().toISOString() }
  const last = reload.last()
  if (!last || last.ok) return own
  const errors = errorsOf(last.problems)
  const [first = ''] = errors[0] ? formatProblem(errors[0]).split('\n') : []
  return { ...own, pending: { at: last.at, problems: errors.length, first } }
}
