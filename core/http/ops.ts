// /ops/*: what an operator of the bureau sees and may do. Every change names who and why, and is audited.
import { Hono, type MiddlewareHandler } from 'hono'
import type { Retention } from '../config.ts'
import { QiaoError } from '../errors.ts'
import type { Hub } from '../flow/hub.ts'
import { missing } from '../flow/missing.ts'
import { restore } from '../flow/restore.ts'
import type { Health } from '../health/health.ts'
import { shownReport } from '../health/shown.ts'
import { isId } from '../id.ts'
import { newestReceipts, viewCase, viewMessage } from '../ledger/message.ts'
import type { Vault } from '../ledger/sealed.ts'
import { countDeliveries, countMessages } from '../ledger/stats.ts'
import type { Log } from '../log.ts'
import type { Keys } from '../signing/keys.ts'
import { archiveRoutes } from './archive.ts'
import { bears } from './bearer.ts'
import type { Env } from './body.ts'
import { coverageRoutes } from './coverage.ts'
import { deadRoutes } from './dead.ts'
import { evidenceRoutes } from './evidence.ts'
import { readLimit } from './limit.ts'
import { type MappingsParts, mappingsRoutes } from './mappings.ts'
import { reconciliationRoutes } from './reconciliations.ts'
import { supplementRoutes } from './supplements.ts'

const listLimit = 500

export type OpsParts = MappingsParts & {
  hub: Hub
  keys: Keys
  log: Log
  vault: Vault
  health: Health
  retention: Retention
  operatorSecret: () => string
}

/** The operator API. */
export function opsRoutes(parts: OpsParts): Hono<Env> {
  const { database, hub, registry } = parts
  const app = new Hono<Env>()
  app.use('*', onlyOperators(parts.operatorSecret))
  app.route('/mappings', mappingsRoutes(parts))
  app.route('/', deadRoutes(parts))
  app.get('/health', async (c) => c.json(shownReport(await parts.health.report())))
  app.route('/evidence', evidenceRoutes(parts))
  app.route('/reconciliations', reconciliationRoutes(parts))
  app.route('/supplements', supplementRoutes(parts))
  app.route('/', coverageRoutes(parts))
  app.route('/archive', archiveRoutes(parts))

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
    if (!found) throw await missing(database.query, id)
    return c.json(found)
  })
  return app
}

function onlyOperators(secret: () => string): MiddlewareHandler<Env> {
  return async function operators(c, next) {
    if (!bears(c.req.header('authorization'), secret())) throw new QiaoError('ops.unauthorised')
    await next()
  }
}
