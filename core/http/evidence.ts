// /ops/evidence: proof files, streamed. They hold what people wrote and leave the hub, so each is audited.
import { Readable } from 'node:stream'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import type { Line } from '../evidence/proof-line.ts'
import { writeProof } from '../evidence/proof-write.ts'
import { newAction } from '../flow/action.ts'
import { hubKeys, hubSigner } from '../flow/hub-key.ts'
import { proveDay, proveMessage } from '../flow/proof.ts'
import { isId } from '../id.ts'
import { recordAction } from '../ledger/audit.ts'
import type { Database } from '../ledger/database.ts'
import type { Keys } from '../signing/keys.ts'
import { actionKeys, readRequest } from './action.ts'
import type { Env } from './body.ts'

/** Who exports, and why; without `content` the file holds digests only. */
export const exportShape = z.strictObject({ ...actionKeys, content: z.boolean().default(true) })

/** Type of a proof file: one JSON object a line. */
export const proofType = 'application/x-ndjson; charset=utf-8'

/** The routes, for operators only. */
export function evidenceRoutes({ database, keys }: { database: Database; keys: Keys }): Hono<Env> {
  const app = new Hono<Env>()
  /** Records the export before a byte of it leaves. A first line that cannot be made is an answer of its own. */
  const send = async (
    c: Context<Env>,
    subject: { day: string } | { message: string },
    linesOf: (options: Parameters<typeof proveDay>[2]) => AsyncIterable<Line>,
  ): Promise<Response> => {
    const { by: operator, reason, content } = await readRequest(c, exportShape)
    const hub = keys.privateKey('hub')
    const lines = linesOf({ keys: hubKeys(keys), content, now: new Date() })
    const parts = writeProof(lines, hubSigner(hub))
    const first = await parts.next()
    const message = 'message' in subject ? subject.message : null
    const detail = JSON.stringify({ ...subject, content })
    const action = newAction({ operator, action: 'export', message, step: null, reason, detail })
    await database.transaction((inside) => recordAction(inside, action))
    const body = Readable.from(rejoin(first, parts))
    return c.body(Readable.toWeb(body) as ReadableStream, 200, { 'content-type': proofType })
  }
  app.post('/days/:day', (c) => {
    const day = c.req.param('day')
    if (!z.iso.date().safeParse(day).success)
      throw new QiaoError('evidence.open', { detail: 'no yyyy-MM-dd' })
    return send(c, { day }, (options) => proveDay(database.query, day, options))
  })
  app.post('/messages/:id', (c) => {
    const message = c.req.param('id')
    if (!isId(message)) throw new QiaoError('request.not-found')
    return send(c, { message }, (options) => proveMessage(database.query, message, options))
  })
  return app
}

async function* rejoin(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<Buffer> {
  if (!first.done) yield Buffer.from(first.value)
  for await (const part of rest) yield Buffer.from(part)
}
