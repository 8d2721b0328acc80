// /ops/*: what an operator of the bureau sees and may do. Every change names who and why, and is audited.
import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono, type MiddlewareHandler } from 'hono'
import { QiaoError } from '../errors.ts'
import { actionLeaf } from '../evidence/attempt.ts'
import { growTree } from '../evidence/merkle.ts'
import type { Hub } from '../flow/hub.ts'
import { inspectDelivery } from '../flow/inspect.ts'
import { placeOf } from '../flow/place.ts'
import { restore } from '../flow/restore.ts'
import { dependants } from '../flow/settlement.ts'
import { isId, newId } from '../id.ts'
import { listDead, resolveDead } from '../ledger/dead.ts'
import { loadMessage, newestReceipts, viewCase, viewMessage } from '../ledger/message.ts'
import { countDeliveries, countMessages } from '../ledger/stats.ts'
import { localDay } from '../time.ts'
import { readAction } from './action.ts'
import type { Env } from './body.ts'
import { readLimit } from './limit.ts'
import { type MappingsParts, mappingsRoutes } from './mappings.ts'

const listLimit = 500

export type OpsParts = MappingsParts & { hub: Hub; operatorSecret: () => string }

/** The operator API. */
export function opsRoutes(parts: OpsParts): Hono<Env> {
  const { database, hub, registry } = parts
  const app = new Hono<Env>()
  app.use('*', onlyOperators(parts.operatorSecret))
  app.route('/mappings', mappingsRoutes(parts))

  app.get('/systems', async (c) => {
    const counts = await countDeliveries(database.query)
    const rows = counts.map((row) => ({
      ...row,
      kind: registry.system(row.system)?.kind ?? null,
      title: registry.system(row.system)?.title ?? null,
      breaker: hub.breaker(row.system),
    }))
    return c.json({ systems: rows, departments: await countMessages(database.query) })
  })
  app.get('/dead', async (c) =>
    c.json({ dead: await listDead(database.query, c.req.query('system'), listLimit) }),
  )
  app.get('/receipts', async (c) => {
    const limit = readLimit(c.req.query('limit'), 20, listLimit)
    return c.json({ receipts: (await newestReceipts(database.query, limit)).map(restore) })
  })
  app.get('/cases/:key', async (c) =>
    c.json({ messages: await viewCase(database.query, c.req.param('key')) }),
  )
  app.get('/messages/:id', async (c) => {
    const id = c.req.param('id')
    const found = isId(id) ? await viewMessage(database.query, id) : undefined
    if (!found) throw new QiaoError('request.not-found')
    return c.json(found)
  })
  app.get('/deliveries/:message/:step', async (c) => {
    const found = await inspectDelivery(database, registry, c.req.param('message'), c.req.param('step'))
    if (!found) throw new QiaoError('request.not-found')
    return c.json(found)
  })
  app.post('/deliveries/:message/:step/:action{skip|replay}', async (c) => {
    const action = c.req.param('action') as 'skip' | 'replay'
    const { message, step } = c.req.param()
    const { by, reason } = await readAction(c)
    const stored = isId(message) ? await loadMessage(database.query, message) : undefined
    const bundle = stored && (await registry.pinned(stored.bundle))
    const flow = stored && bundle?.flows.get(stored.type)
    const own = flow?.steps.get(step)
    if (!stored || !bundle || !flow || !own) throw new QiaoError('request.not-found')
    const id = newId()
    const leaf = actionLeaf({ id, operator: by, action, message, step, reason })
    const releases = dependants(flow, own).map((other) => ({
      step: other.name,
      needs: other.needs,
      ...placeOf(bundle, flow, other.name, stored.key),
    }))
    const found = await resolveDead(database, {
      id,
      operator: by,
      action,
      message,
      step,
      reason,
      evidence: { id: newId(), day: localDay(new Date()), root: growTree([leaf]).root },
      releases,
    })
    if (!found) throw new QiaoError('ops.state')
    for (const { system, lane } of [found, ...releases]) hub.wake({ system, lane })
    return c.json({ message, step, action, state: action === 'skip' ? 'skipped' : 'ready' })
  })
  return app
}

function onlyOperators(secret: () => string): MiddlewareHandler<Env> {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return async function operators(c, next) {
    const given = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (given === undefined || !timingSafeEqual(digest(given), digest(secret())))
      throw new QiaoError('ops.unauthorised')
    await next()
  }
}
