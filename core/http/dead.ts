// /ops/dead, /ops/blocked and /ops/deliveries: what waits for a person, and what a person does with it.
import { Hono } from 'hono'
import { QiaoError } from '../errors.ts'
import type { Hub } from '../flow/hub.ts'
import { inspectDelivery, revealDelivery } from '../flow/inspect.ts'
import { maskReason, privateIn } from '../flow/privacy.ts'
import type { Registry } from '../flow/registry.ts'
import { resolutions, resolveDelivery } from '../flow/resolve.ts'
import { listBlocked } from '../ledger/blocked.ts'
import type { Database } from '../ledger/database.ts'
import { listDead } from '../ledger/dead.ts'
import { readAction } from './action.ts'
import type { Env } from './body.ts'
import { correctionRoutes } from './correction.ts'
import { pageShape, parseRequest, readAfter, readFilter } from './filter.ts'
import { readLimit } from './limit.ts'
import { replayRoutes } from './replay.ts'

const usual = 100
const largest = 500
/** seconds a head that is not dead has stood before its key counts as blocked */
const patience = 60

const stateAfter = { skip: 'skipped', replay: 'ready', confirm: 'delivered' } as const

export type DeadParts = { database: Database; registry: Registry; hub: Hub }

/** The routes, for operators only. */
export function deadRoutes(parts: DeadParts): Hono<Env> {
  const { database, registry, hub } = parts
  const app = new Hono<Env>()
  app.get('/dead', async (c) => {
    const { after, limit: asked, ...filter } = parseRequest(pageShape, c.req.query())
    const limit = readLimit(asked, usual, largest)
    const rows = await listDead(database.query, readFilter(filter), { after: readAfter(after), limit })
    return c.json({ dead: await shown(registry, rows), next: nextOf(rows, limit) })
  })
  app.get('/blocked', async (c) => {
    const { system, after, limit: asked } = parseRequest(pageShape, c.req.query())
    const page = { after: readAfter(after), limit: readLimit(asked, usual, largest), waiting: patience }
    const rows = await listBlocked(database.query, system, page)
    return c.json({ blocked: await shown(registry, rows), next: nextOf(rows, page.limit) })
  })
  app.get('/deliveries/:message/:step', async (c) => {
    const found = await inspectDelivery(parts, c.req.param())
    if (!found) throw new QiaoError('request.not-found')
    return c.json(found)
  })
  app.post('/deliveries/:message/:step/reveal', async (c) => {
    const { by: operator, reason } = await readAction(c)
    const found = await revealDelivery(parts, c.req.param(), { operator, reason })
    if (!found) throw new QiaoError('request.not-found')
    return c.json(found)
  })
  app.post(`/deliveries/:message/:step/:action{${resolutions.join('|')}}`, async (c) => {
    const action = c.req.param('action') as (typeof resolutions)[number]
    const { message, step } = c.req.param()
    const { by: operator, reason } = await readAction(c)
    const lanes = await resolveDelivery(parts, { message, step }, action, { operator, reason })
    if (lanes === 'unknown') throw new QiaoError('request.not-found')
    if (lanes === 'not-dead') throw new QiaoError('ops.state')
    if (lanes === 'needed')
      throw new QiaoError('ops.state', { detail: 'a later step needs its result: replay it' })
    for (const { system, lane } of lanes) hub.wake({ system, lane })
    return c.json({ message, step, action, state: stateAfter[action] })
  })
  app.route('/deliveries', correctionRoutes(parts))
  app.route('/dead/replay', replayRoutes(parts))
  return app
}

type Row = { seq: number; canonical: string; bundle: number; type: string; reason: string | null }

/** Rows without what belongs to the dossier, and with reasons that name nobody. */
function shown<T extends Row>(registry: Registry, rows: readonly T[]) {
  return Promise.all(
    rows.map(async ({ seq: _, canonical, bundle, ...row }) => {
      const hidden = await privateIn(registry, { bundle, canonical, type: row.type })
      return { ...row, reason: maskReason(row.reason, hidden) }
    }),
  )
}

/** Where the next page begins; null when this one is not full. */
function nextOf(rows: readonly Row[], limit: number): string | null {
  const last = rows.at(-1)
  return last && rows.length === limit ? String(last.seq) : null
}
