// /ops/coverage: of what departments accepted, what share reached the systems above, and what is late (两个一律).
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type Coverage, coverage } from '../flow/coverage.ts'
import { coverageCsv } from '../flow/coverage-report.ts'
import type { Registry } from '../flow/registry.ts'
import type { Group } from '../ledger/coverage.ts'
import { groups } from '../ledger/coverage.ts'
import type { Database } from '../ledger/database.ts'
import { addDays, localDay } from '../time.ts'
import type { Env } from './body.ts'
import { parseRequest } from './filter.ts'
import { csvType } from './reconciliations.ts'

/** What coverage can be asked by. */
export const groupNames = Object.keys(groups) as [Group, ...Group[]]

/** The days shown when none is asked for, today with them. */
const usualDays = 7
const mostDays = 366

const wishShape = z
  .strictObject({
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
    by: z.enum(groupNames).default('department'),
    system: z.string().min(1).optional(),
  })
  .transform(({ to = localDay(new Date()), from = addDays(to, 1 - usualDays), ...rest }) => ({
    from,
    to,
    ...rest,
  }))
  .refine(({ from, to }) => from <= to && to < addDays(from, mostDays), { path: ['from'] })

/** The routes, for operators only. */
export function coverageRoutes(parts: { database: Database; registry: Registry }): Hono<Env> {
  const app = new Hono<Env>()
  const asked = (c: Context<Env>): Promise<Coverage> =>
    coverage(parts, parseRequest(wishShape, c.req.query()))
  app.get('/coverage', async (c) => c.json(await asked(c)))
  app.get('/coverage.csv', async (c) => c.body(coverageCsv(await asked(c)), 200, { 'content-type': csvType }))
  return app
}
