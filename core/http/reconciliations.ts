// /ops/reconciliations: what systems received against what this hub delivered, by system and day; and what is done about it.
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { Hono } from 'hono'
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import type { Hub } from '../flow/hub.ts'
import type { Wake } from '../flow/queue.ts'
import { beginReconcile, resendMissing } from '../flow/reconcile.ts'
import { reportCsv } from '../flow/reconcile-report.ts'
import type { Registry } from '../flow/registry.ts'
import { isId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import {
  type DifferenceRow,
  differencePage,
  differencesOf,
  findRun,
  listRuns,
  type RunRow,
} from '../ledger/reconcile.ts'
import { actionKeys, readAction, readRequest } from './action.ts'
import type { Env } from './body.ts'
import { parseRequest } from './filter.ts'
import { readLimit } from './limit.ts'

/** Which system and day, who wants to know, and why. */
export const reconcileWishShape = z.strictObject({
  ...actionKeys,
  system: z.string().min(1),
  day: z.iso.date(),
})
const listShape = z.strictObject({
  system: z.string().optional(),
  day: z.iso.date().optional(),
  limit: z.string().optional(),
})

const pageShape = z.strictObject({ after: z.string().optional(), limit: z.string().optional() })
const pageSize = 500

/** Type of a report as a spreadsheet opens it. */
export const csvType = 'text/csv; charset=utf-8'

/** The routes, for operators only. */
export function reconciliationRoutes(parts: { database: Database; registry: Registry; hub: Hub }): Hono<Env> {
  const { database, registry, hub } = parts
  const tools = { database, registry, wake: (target: Wake) => hub.wake(target) }
  const app = new Hono<Env>()
  const runOf = async (id: string): Promise<RunRow> => {
    const found = isId(id) ? await findRun(database.query, id) : undefined
    if (!found) throw new QiaoError('request.not-found')
    return found
  }
  app.get('/', async (c) => {
    const { limit, ...which } = parseRequest(listShape, c.req.query())
    const runs = await listRuns(database.query, { ...which, limit: readLimit(limit, 50, 500) })
    return c.json({ reconciliations: runs })
  })
  app.post('/', async (c) => {
    const { by: operator, reason, system, day } = await readRequest(c, reconcileWishShape)
    const { id, done } = await beginReconcile(tools, system, day, { operator, reason })
    // how it ends stands in the run
    done.catch(() => undefined)
    return c.json(await runOf(id))
  })
  app.get('/:id', async (c) => {
    const run = await runOf(c.req.param('id'))
    const { after, limit } = parseRequest(pageShape, c.req.query())
    const most = readLimit(limit, pageSize, pageSize)
    const differences = await differencePage(database.query, run.id, placeOf(after), most)
    const last = differences.at(-1)
    const next = last && differences.length === most ? `${last.kind}:${last.name}` : null
    return c.json({ ...run, differences, next })
  })
  app.get('/:id/report.csv', async (c) => {
    const run = await runOf(c.req.param('id'))
    const report = reportCsv(run, differencesOf(database.query, run.id, pageSize))
    return c.body(Readable.toWeb(Readable.from(report)) as ReadableStream, 200, { 'content-type': csvType })
  })
  app.post('/:id/resend', async (c) => {
    const run = await runOf(c.req.param('id'))
    const { by: operator, reason } = await readAction(c)
    if (run.state !== 'done') throw new QiaoError('ops.state', { detail: run.state })
    return c.json(await resendMissing(tools, run.id, { operator, reason }))
  })
  return app
}

/** The difference behind which a page begins, as the page before it named it. */
function placeOf(after: string | undefined): Pick<DifferenceRow, 'kind' | 'name'> | undefined {
  if (after === undefined) return undefined
  const [kind = '', ...name] = after.split(':')
  return { kind: kind as DifferenceRow['kind'], name: name.join(':') }
}
