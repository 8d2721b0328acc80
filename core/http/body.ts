// Reads a request body as bytes, counting as it comes: nothing larger than the limit is ever held or cut.
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { QiaoError } from '../errors.ts'

export type Env = { Bindings: HttpBindings }

/** The body of a request. Throws body.too-large. */
export async function readBody(c: Context<Env>, limit: number): Promise<Buffer> {
  const incoming = c.env.incoming
  const tooLarge = (): QiaoError => new QiaoError('body.too-large', { detail: `the limit is ${limit} bytes` })
  if (Number(incoming.headers['content-length'] ?? 0) > limit) throw tooLarge()
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming) {
    size += (part as Buffer).length
    if (size > limit) throw tooLarge()
    parts.push(part as Buffer)
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}
