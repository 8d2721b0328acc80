// /ops/supplements: what platforms want sent again, what became of it, and the word of a person where one is waited for.
import { Hono } from 'hono'
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import { newAction } from '../flow/action.ts'
import type { Registry } from '../flow/registry.ts'
import { askNow } from '../flow/supplement.ts'
import { isId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { releaseTask } from '../ledger/supplement.ts'
import { listTasks, recordPage, type TaskView, viewTask } from '../ledger/supplement-view.ts'
import type { Log } from '../log.ts'
import { actionKeys, readAction, readRequest } from './action.ts'
import type { Env } from './body.ts'
import { parseRequest } from './filter.ts'
import { readLimit } from './limit.ts'

/** Which system is asked for tasks now, who wants to know, and why. */
export const supplementAskShape = z.strictObject({ ...actionKeys, system: z.string().min(1) })
/** States of a task. */
export const taskStates = ['waiting', 'open', 'telling', 'done'] as const
const listShape = z.strictObject({
  system: z.string().optional(),
  state: z.enum(taskStates).optional(),
  limit: z.string().optional(),
})
const pageShape = z.strictObject({ after: z.string().optional(), limit: z.string().optional() })

/** The routes, for operators only. */
export function supplementRoutes(parts: { database: Database; registry: Registry; log: Log }): Hono<Env> {
  const { database } = parts
  const app = new Hono<Env>()
  const taskOf = async (id: string): Promise<TaskView> => {
    const found = isId(id) ? await viewTask(database.query, id) : undefined
    if (!found) throw new QiaoError('request.not-found')
    return found
  }
  app.get('/', async (c) => {
    const { limit, ...which } = parseRequest(listShape, c.req.query())
    const supplements = await listTasks(database.query, { ...which, limit: readLimit(limit, 50, 500) })
    return c.json({ supplements })
  })
  app.post('/', async (c) => {
    const { by: operator, reason, system } = await readRequest(c, supplementAskShape)
    return c.json(await askNow(parts, system, { operator, reason }))
  })
  app.get('/:id', async (c) => {
    const task = await taskOf(c.req.param('id'))
    const { after = '', limit } = parseRequest(pageShape, c.req.query())
    const most = readLimit(limit, 500, 500)
    const rows = await recordPage(database.query, task.id, after, most)
    const list = rows.map(({ name, message, step, state }) => ({ name, message, step, state }))
    return c.json({ ...task, list, next: rows.length < most ? null : (rows.at(-1)?.name ?? null) })
  })
  app.post('/:id/execute', async (c) => {
    const task = await taskOf(c.req.param('id'))
    const { by: operator, reason } = await readAction(c)
    const detail = JSON.stringify({ supplement: task.id, execute: true })
    const action = newAction({ operator, reason, action: 'supplement', message: null, step: null, detail })
    if (!(await releaseTask(database, task.id, action)))
      throw new QiaoError('ops.state', { detail: task.state })
    return c.json(await taskOf(task.id))
  })
  return app
}
