// POST /v1/{system}/{message}: the door for departments.
import type { Handler } from 'hono'
import { QiaoError } from '../errors.ts'
import type { Hub } from '../flow/hub.ts'
import { localTime } from '../time.ts'
import type { Authenticator } from './auth.ts'
import { type Env, readBody } from './body.ts'

/** Authenticates, maps, validates, and hands over to the ledger; 202 with one receipt per message. */
export function intake(hub: Hub, authenticate: Authenticator, limit: number): Handler<Env> {
  return async function intake(c) {
    const body = await readBody(c, limit)
    const { method = '', url = '', headers } = c.env.incoming
    const { system, nonce, bundle } = await authenticate({ method, path: url, headers, body })
    const [, , name = '', message = ''] = (url.split('?')[0] ?? '').split('/')
    if (name !== system.name) throw new QiaoError('auth.forbidden')
    const mapping = bundle.library.intake(system.messages[message] ?? '')
    if (!mapping) throw new QiaoError('request.unknown-message')
    const now = localTime(new Date())
    const records = await mapping.accept(body, headers['content-type'], {
      meta: { acceptedAt: now, now, source: system.name },
      steps: {},
    })
    const messages = await hub.accept({
      source: system.name,
      nonce,
      payload: body,
      bundle,
      records,
    })
    return c.json({ messages }, 202)
  }
}
