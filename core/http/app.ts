// The whole outside surface on one page.
import { Hono } from 'hono'
import type { Guarantee, Retention } from '../config.ts'
import { problem, QiaoError } from '../errors.ts'
import type { Gate } from '../flow/gate.ts'
import type { Hub } from '../flow/hub.ts'
import type { Queue } from '../flow/queue.ts'
import type { Input, Registry } from '../flow/registry.ts'
import type { Reload } from '../flow/reload.ts'
import type { Fact } from '../health/fact.ts'
import type { Health } from '../health/health.ts'
import { newId } from '../id.ts'
import { type Database, LedgerAway } from '../ledger/database.ts'
import type { Vault } from '../ledger/sealed.ts'
import type { Log } from '../log.ts'
import type { Meter } from '../meter.ts'
import type { Crypto } from '../signing/crypto.ts'
import type { Keys } from '../signing/keys.ts'
import type { Tracer } from '../trace.ts'
import { createAuthenticator } from './auth.ts'
import type { Env } from './body.ts'
import { ackFeedRoute, readFeedRoute } from './feeds.ts'
import { addHealth } from './health.ts'
import { intake } from './intake.ts'
import { addMetrics } from './metrics.ts'
import { openapiText } from './openapi.ts'
import { opsRoutes } from './ops.ts'
import { caseRoute, messageRoute } from './queries.ts'

export type AppParts = {
  database: Database
  queue: Queue
  registry: Registry
  hub: Hub
  reload: Reload
  /** reads the files again */
  read: () => Promise<Input>
  keys: Keys
  vault: Vault
  retention: Retention
  crypto: Crypto
  log: Log
  bodyLimit: number
  /** allowed clock difference, ms */
  skew: number
  draining: () => boolean
  /** why nothing may be accepted now */
  gate: Gate
  health: Health
  /** the page of /metrics, from facts and what the delivery thread counted */
  page: (facts: readonly Fact[], others: unknown) => Promise<string>
  meter: Meter
  /** records what is accepted; undefined: nobody does */
  tracer?: Tracer | undefined
  /** only in tests that must fail */
  without?: Guarantee | undefined
}

const retryAfter = '2'

/** Routes and error handling. */
export function createApp(parts: AppParts): Hono<Env> {
  const { database, registry, keys, log, bodyLimit } = parts
  const authenticate = createAuthenticator(() => registry.current(), keys, parts.crypto, parts.skew)
  const app = new Hono<Env>()

  addHealth(app, parts)
  addMetrics(app, parts)
  app.get('/openapi.json', (c) =>
    c.body(openapiText(registry.current()), 200, { 'content-type': 'application/json; charset=utf-8' }),
  )
  app.get('/v1/messages/:id', messageRoute(database, authenticate))
  app.get('/v1/cases/:caseNo', caseRoute(database, authenticate))
  app.get('/v1/feeds/:dataset', readFeedRoute(database, authenticate))
  app.post('/v1/feeds/:dataset/ack', ackFeedRoute(database, authenticate, bodyLimit))
  app.post('/v1/:system/:message', intake({ ...parts, authenticate }))
  app.route('/ops', opsRoutes({ ...parts, operatorSecret: () => keys.secret('operator') }))

  app.notFound((c) => reply(new QiaoError('request.not-found'), c.req.path))
  app.onError((error, c) => {
    if (error instanceof QiaoError) return reply(error, c.req.path)
    if (error instanceof LedgerAway) {
      log.warn('ledger.away', { path: c.req.path, error: error.message.slice(0, 300) })
      return reply(new QiaoError('hub.busy', { detail: 'the ledger cannot take it now' }), c.req.path)
    }
    const request = newId()
    log.error('request.failed', { request, path: c.req.path, error: error.message.slice(0, 300) })
    return reply(new QiaoError('hub.internal', { detail: `request ${request}` }), c.req.path)
  })
  return app
}

function reply(error: QiaoError, path: string): Response {
  return new Response(JSON.stringify(problem(error, path)), {
    status: error.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(error.status === 503 ? { 'retry-after': retryAfter } : {}),
    },
  })
}
