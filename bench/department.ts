// How the benchmark's department signs what it posts.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { intakePath } from './message.ts'

/** Headers of an intake request (the department's side of the hub's authentication, HMAC-SHA256). */
export function sign(secret: string, body: Buffer): Record<string, string> {
  const time = String(Date.now())
  const nonce = randomBytes(16).toString('hex')
  const digest = createHash('sha256').update(body).digest('hex')
  const text = `POST\n${intakePath}\n${time}\n${nonce}\n${digest}`
  return {
    'content-type': 'application/json',
    'x-qiao-key': 'bench',
    'x-qiao-timestamp': time,
    'x-qiao-nonce': nonce,
    'x-qiao-algorithm': 'HMAC-SHA256',
    'x-qiao-signature': createHmac('sha256', secret).update(text).digest('base64'),
  }
}
