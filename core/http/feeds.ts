// GET /v1/feeds/{dataset} and POST …/ack: datasets that a platform pulls by cursor.
import type { Context, Handler } from 'hono'
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import type { Database } from '../ledger/database.ts'
import { ackedPosition, ackFeed, feedEnd, readFeed } from '../ledger/feed.ts'
import type { Authenticator, Caller } from './auth.ts'
import { type Env, readBody } from './body.ts'
import { readLimit } from './limit.ts'

const largest = 1_000
const usual = 200
const ackShape = z.strictObject({ cursor: z.string() })

/** Rows after `after` (default: the last acknowledged cursor), with the cursor to go on from. */
export function readFeedRoute(database: Database, authenticate: Authenticator): Handler<Env> {
  return async function feed(c) {
    const { dataset, system } = await entitled(c, authenticate, Buffer.alloc(0))
    const after = c.req.query('after')
    const position =
      after === undefined
        ? await ackedPosition(database.query, dataset, system)
        : await positionOf(database, dataset, after)
    const limit = readLimit(c.req.query('limit'), usual, largest)
    const rows = await readFeed(database.query, dataset, position, limit)
    const records = rows.map((row) => ({
      cursor: String(row.position),
      type: row.type,
      key: row.key,
      data: JSON.parse(row.data) as unknown,
    }))
    return c.json({ records, next: records.at(-1)?.cursor ?? String(position), more: rows.length === limit })
  }
}

/** Notes that everything up to a cursor was taken; never moves back. */
export function ackFeedRoute(database: Database, authenticate: Authenticator, limit: number): Handler<Env> {
  return async function ack(c) {
    const body = await readBody(c, limit)
    const { dataset, system } = await entitled(c, authenticate, body)
    let cursor: string
    try {
      cursor = ackShape.parse(JSON.parse(body.toString('utf8'))).cursor
    } catch {
      throw new QiaoError('body.json', { detail: 'the body is {"cursor": "…"}' })
    }
    const position = await positionOf(database, dataset, cursor)
    return c.json({ acknowledged: String(await ackFeed(database.query, dataset, system, position)) })
  }
}

async function entitled(
  c: Context<Env>,
  authenticate: Authenticator,
  body: Buffer,
): Promise<{ dataset: string; system: string }> {
  const { method = '', url = '', headers } = c.env.incoming
  const { system }: Caller = await authenticate({ method, path: url, headers, body })
  const dataset = c.req.param('dataset') ?? ''
  if (!system.feeds.includes(dataset)) throw new QiaoError('auth.forbidden')
  return { dataset, system: system.name }
}

async function positionOf(database: Database, dataset: string, cursor: string): Promise<number> {
  const position = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN
  if (!(position <= (await feedEnd(database.query, dataset)))) throw new QiaoError('feed.cursor')
  return position
}
