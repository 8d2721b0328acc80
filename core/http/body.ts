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

/** The body of a request. Rejects with body.too-large, body.incomplete. Events, not an iterator: it is half the cost. */
export function readBody(c: Context<Env>, limit: number): Promise<Buffer> {
  const { incoming } = c.env
  const declared = Number(incoming.headers['content-length'] ?? 0)
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(new QiaoError('body.too-large', { detail: `the limit is ${limit} bytes` }))
    if (declared > limit + patience) return refuse()
    let parts: Buffer[] = []
    let size = declared > limit ? limit : 0
    const take = (part: Buffer): void => {
      size += part.length
      if (size <= limit) parts.push(part)
      else parts = []
      if (size <= limit + patience) return
      incoming.off('data', take)
      refuse()
    }
    incoming.on('data', take)
    let whole = false
    incoming.once('end', () => {
      whole = true
      if (size > limit) refuse()
      else resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts))
    })
    incoming.once('close', () => {
      if (!whole) reject(new QiaoError('body.incomplete'))
    })
    incoming.once('error', (cause) => reject(new QiaoError('body.incomplete', { cause })))
  })
}
