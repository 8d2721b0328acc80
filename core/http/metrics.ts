// /metrics for Prometheus. It holds counts and names of systems, nothing of messages, so it is open like /readyz; with a
// secret `metrics` in the key folder it is for its bearer only.
import type { Hono } from 'hono'
import { QiaoError } from '../errors.ts'
import type { Fact } from '../health/fact.ts'
import type { Health } from '../health/health.ts'
import type { Keys } from '../signing/keys.ts'
import { bears } from './bearer.ts'
import type { Env } from './body.ts'

export type MetricsParts = {
  health: Health
  keys: Keys
  page: (facts: readonly Fact[], others: unknown) => Promise<string>
}

const guard = 'metrics'
const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/** Adds the route. */
export function addMetrics(app: Hono<Env>, { health, keys, page }: MetricsParts): void {
  app.get('/metrics', async (c) => {
    if (keys.has('secret', guard) && !bears(c.req.header('authorization'), keys.secret(guard))) {
      throw new QiaoError('ops.unauthorised')
    }
    const { facts, numbers } = await health.report()
    return c.body(await page(facts, numbers), 200, { 'content-type': contentType })
  })
}
