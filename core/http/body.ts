// Reads a request body as bytes, counting as it comes: nothing larger than the limit is ever held or cut.
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { QiaoError } from '../errors.ts'

export type Env = { Bindings: HttpBindings }

/**
 * Bytes beyond the limit that are still read, and dropped: most clients read no answer before they have sent
 * everything, and the connection stays good for their next request. A larger body is answered at once and cut.
 */
const patience = 64 * 1024 * 1024

/** The body of a request. Throws body.too-large, body.incomplete. */
export async function readBody(c: Context<Env>, limit: number): Promise<Buffer> {
  const { incoming } = c.env
  const tooLarge = (): QiaoError => new QiaoError('body.too-large', { detail: `the limit is ${limit} bytes` })
  const declared = Number(incoming.headers['content-length'] ?? 0)
  if (declared > limit + patience) throw tooLarge()
  const parts: Buffer[] = []
  let size = declared > limit ? limit : 0
  try {
    // to destroy the stream would destroy the socket, and the answer with it
    for await (const part of incoming.iterator({ destroyOnReturn: false })) {
      size += (part as Buffer).length
      if (size <= limit) parts.push(part as Buffer)
      else parts.length = 0
      if (size > limit + patience) break
    }
  } catch (cause) {
    throw new QiaoError('body.incomplete', { cause })
  }
  if (size > limit) throw tooLarge()
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}
