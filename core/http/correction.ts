// /ops/deliveries/…/correction: what a correction would change, and making it.
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { correctDelivery, previewOf } from '../flow/correct.ts'
import type { Hub } from '../flow/hub.ts'
import type { Registry } from '../flow/registry.ts'
import type { Database } from '../ledger/database.ts'
import { actionKeys, readRequest } from './action.ts'
import type { Env } from './body.ts'

const largest = 1024 * 1024

const wishKeys = {
  patch: z.record(z.string(), z.unknown()).default({}),
  bundle: z.enum(['pinned', 'current']).default('pinned'),
  everyStep: z.boolean().default(false),
  base: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
}
/** What is wished for. */
export const wishShape = z.strictObject(wishKeys)
/** The same with who and why. */
export const correctionShape = z.strictObject({ ...actionKeys, ...wishKeys })

/** The routes, for operators only. */
export function correctionRoutes(parts: { database: Database; registry: Registry; hub: Hub }): Hono<Env> {
  const app = new Hono<Env>()
  const target = (c: Context<Env, '/:message/:step/*'>) => ({
    message: c.req.param('message'),
    step: c.req.param('step'),
  })
  app.post('/:message/:step/correction/preview', async (c) => {
    const wish = await readRequest(c, wishShape, largest)
    return c.json(await previewOf(parts, target(c), wish))
  })
  app.post('/:message/:step/correction', async (c) => {
    const { by: operator, reason, ...wish } = await readRequest(c, correctionShape, largest)
    const { id, preview, lanes } = await correctDelivery(parts, target(c), wish, { operator, reason })
    for (const lane of lanes) parts.hub.wake(lane)
    return c.json({ id, ...preview })
  })
  return app
}
