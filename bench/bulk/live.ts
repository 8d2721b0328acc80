// A department that goes on posting: so many messages a second, whether earlier ones are answered yet or not.
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { buildMessage } from '../../sandbox/department/message.ts'
import { createSigner } from '../../sandbox/department/sign.ts'
import { serveChannel } from '../channel.ts'

/** `rate` messages a second to the hub at `url`, for `seconds`, or until told to stop. */
export type LiveCommand =
  | { url: string; keys: string; rate: number; seconds: number | undefined }
  | { stop: true }
/** Milliseconds from when a message was due to its receipt. */
export type LiveAnswer = { sent: number; p99: number }

let stopped = false
let cases = 0
const agent = new Agent({ connections: 64 })

async function live(command: LiveCommand): Promise<LiveAnswer> {
  if ('stop' in command) {
    stopped = true
    return { sent: 0, p99: 0 }
  }
  const { url, keys, rate, seconds = Number.POSITIVE_INFINITY } = command
  const sign = createSigner('housing', keys)
  const waits: number[] = []
  const open = new Set<Promise<void>>()
  const post = async (due: number): Promise<void> => {
    const caseNo = `510700-20260601-${String(++cases).padStart(6, '0')}`
    const { path, body, contentType } = buildMessage('housing', 'acceptance', { caseNo })
    const headers = { ...sign('POST', path, body), 'content-type': contentType }
    const reply = await agent.request({ origin: url, path, method: 'POST', headers, body })
    const text = await reply.body.text()
    if (reply.statusCode !== 202)
      throw new Error(`intake answered ${reply.statusCode}: ${text.slice(0, 500)}`)
    waits.push(performance.now() - due)
  }
  stopped = false
  const began = performance.now()
  for (let n = 0; !stopped && n < rate * seconds; n++) {
    const due = began + (n * 1_000) / rate
    const early = due - performance.now()
    if (early > 0) await sleep(early)
    const one: Promise<void> = post(Math.max(due, began)).finally(() => open.delete(one))
    open.add(one)
    one.catch(() => undefined) // heard below, or by nobody when it is long over
    if (open.size > 10_000) throw new Error('the hub does not keep up')
  }
  await Promise.all(open)
  waits.sort((a, b) => a - b)
  return { sent: waits.length, p99: waits[Math.min(waits.length - 1, Math.floor(waits.length * 0.99))] ?? 0 }
}

serveChannel(live)
