// The department that sends: a process with 64 connections, each sending its next message once the last one
// was accepted. Requests are signed before the clock starts, so that the driver takes little of the machine.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { serveChannel } from './channel.ts'
import { sign } from './department.ts'
import { intakePath, makeMessage } from './message.ts'

export type DriverCommand = { url: string; run: string; count: number; connections: number; secret: string }

/** Times in ms but `startedAt`, which is on the machine's monotonic clock, ns. */
export type DriverAnswer = {
  startedAt: bigint
  p50: number
  p99: number
  /** answers 503 "later", after which the message was sent again */
  busy: number
}

type Prepared = { body: Buffer; headers: Record<string, string> }

async function drive({ url, run, count, connections, secret }: DriverCommand): Promise<DriverAnswer> {
  const requests = Array.from({ length: count }, (_, index): Prepared => {
    const body = Buffer.from(JSON.stringify(makeMessage(run, index)))
    return { body, headers: sign(secret, body) }
  })
  const pool = new Pool(url, { connections, headersTimeout: 60_000, bodyTimeout: 60_000 })
  const latencies = new Float64Array(count)
  let next = 0
  let busy = 0

  const send = async ({ body, headers }: Prepared): Promise<void> => {
    for (;;) {
      const reply = await pool.request({ method: 'POST', path: intakePath, headers, body })
      const text = await reply.body.text()
      if (reply.statusCode === 202) return
      if (reply.statusCode !== 503)
        throw new Error(`intake answered ${reply.statusCode}: ${text.slice(0, 2_000)}`)
      busy++
      await sleep(Math.min(Number(reply.headers['retry-after'] ?? 1) * 1_000, 1_000))
      headers = sign(secret, body) // same content, new nonce
    }
  }
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const from = performance.now()
      await send(requests[index] as Prepared)
      latencies[index] = performance.now() - from
    }
  }
  const startedAt = process.hrtime.bigint()
  await Promise.all(Array.from({ length: connections }, lane))
  await pool.close()
  latencies.sort()
  const at = (share: number): number => latencies[Math.min(count - 1, Math.floor(count * share))] ?? 0
  return { startedAt, p50: at(0.5), p99: at(0.99), busy }
}

serveChannel(drive)
