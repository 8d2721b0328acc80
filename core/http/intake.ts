// POST /v1/{system}/{message}: the door for departments.
import type { Context, Handler } from 'hono'
import { QiaoError } from '../errors.ts'
import type { Hub } from '../flow/hub.ts'
import { localTime } from '../time.ts'
import type { Authenticator } from './auth.ts'
import { type Env, readBody } from './body.ts'
import { beginRequest, endRequest, statusOf, type Watched, type Watchers } from './watched.ts'

export type IntakeParts = Watchers & { hub: Hub; authenticate: Authenticator; bodyLimit: number }

/** Authenticates, maps, validates, and hands over to the ledger; 202 with one receipt per message. */
export function intake(parts: IntakeParts): Handler<Env> {
  return async function intake(c) {
    const request = beginRequest(parts, c.env.incoming.headers)
    try {
      const messages = await accept(parts, c, request)
      endRequest(parts, request, 202)
      return c.json({ messages }, 202)
    } catch (error) {
      endRequest(parts, request, statusOf(error))
      throw error
    }
  }
}

async function accept({ hub, authenticate, bodyLimit }: IntakeParts, c: Context<Env>, request: Watched) {
  const body = await readBody(c, bodyLimit)
  const { method = '', url = '', headers } = c.env.incoming
  const { system, nonce, bundle } = await authenticate({ method, path: url, headers, body })
  request.source = system.name
  const [, , name = '', message = ''] = (url.split('?')[0] ?? '').split('/')
  if (name !== system.name) throw new QiaoError('auth.forbidden')
  const mapping = bundle.library.intake(system.messages[message] ?? '')
  if (!mapping) throw new QiaoError('request.unknown-message')
  request.type = mapping.to
  const now = localTime(new Date())
  const records = await mapping.accept(body, headers['content-type'], {
    meta: { acceptedAt: now, now, source: system.name },
    steps: {},
  })
  const { name: source } = system
  return hub.accept({ source, nonce, payload: body, bundle, records, trace: request.trace })
}
