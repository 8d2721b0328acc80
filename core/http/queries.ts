// GET /v1/messages/{id} and GET /v1/cases/{caseNo}: what became of what a department sent (统一查询).
import type { Handler } from 'hono'
import { QiaoError } from '../errors.ts'
import { missing } from '../flow/missing.ts'
import { restore } from '../flow/restore.ts'
import { isId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { findReceipt, viewCase, viewMessage } from '../ledger/message.ts'
import type { Authenticator } from './auth.ts'
import type { Env } from './body.ts'

/** A department's own message, with its deliveries and its receipt. */
export function messageRoute(database: Database, authenticate: Authenticator): Handler<Env> {
  return async function message(c) {
    const { method = '', url = '', headers } = c.env.incoming
    const { system } = await authenticate({ method, path: url, headers, body: Buffer.alloc(0) })
    const id = c.req.param('id') ?? ''
    const found = isId(id) ? await viewMessage(database.query, id, system.name) : undefined
    const stored = found && (await findReceipt(database.query, id))
    if (!found || !stored) throw await missing(database.query, id, system.name)
    return c.json({ ...found, receipt: restore(stored) })
  }
}

/** Every message of a department's case, with deliveries. */
export function caseRoute(database: Database, authenticate: Authenticator): Handler<Env> {
  return async function caseQuery(c) {
    const { method = '', url = '', headers } = c.env.incoming
    const { system } = await authenticate({ method, path: url, headers, body: Buffer.alloc(0) })
    const messages = await viewCase(database.query, c.req.param('caseNo') ?? '', system.name)
    if (messages.length === 0) throw new QiaoError('request.not-found')
    return c.json({ caseNo: c.req.param('caseNo'), messages })
  }
}
