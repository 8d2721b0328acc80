// /ops/dead/replay: dead letters chosen by a filter, counted first, then replayed batch by batch.
import { Hono } from 'hono'
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import type { Hub } from '../flow/hub.ts'
import { beginReplay, continueReplay, countReplay } from '../flow/replay-many.ts'
import { isId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { actionKeys, readAction, readRequest } from './action.ts'
import type { Env } from './body.ts'
import { filterShape, readFilter } from './filter.ts'

/** A filter with who and why; nothing is replayed until `dryRun` says false. */
export const replayShape = z.strictObject({
  ...actionKeys,
  filter: filterShape,
  dryRun: z.boolean().default(true),
})

/** The routes, for operators only. */
export function replayRoutes({ database, hub }: { database: Database; hub: Hub }): Hono<Env> {
  const app = new Hono<Env>()
  app.post('/', async (c) => {
    const { by: operator, reason, filter: texts, dryRun } = await readRequest(c, replayShape)
    const filter = readFilter(texts)
    if (dryRun) return c.json(await countReplay(database, filter))
    const { state, lanes } = await beginReplay(database, filter, { operator, reason })
    for (const lane of lanes) hub.wake(lane)
    return c.json(state)
  })
  app.post('/:run', async (c) => {
    const run = c.req.param('run')
    const { by: operator, reason } = await readAction(c)
    const found = isId(run) ? await continueReplay(database, run, { operator, reason }) : undefined
    if (!found) throw new QiaoError('request.not-found')
    for (const lane of found.lanes) hub.wake(lane)
    return c.json(found.state)
  })
  return app
}
