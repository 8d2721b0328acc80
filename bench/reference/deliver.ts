// Claims batches, maps, signs and posts them, and marks them done with one update a batch.
import { Pool } from 'undici'
import { mapMessage } from './mapping.ts'
import type { Signer } from './sign.ts'
import { claimRows, finishRows, type Query, type Row } from './table.ts'

/** Starts `loops` claim loops; `wake` tells them that something was committed. */
export function startDelivery(query: Query, sign: Signer, sinkUrl: string, loops: number): { wake(): void } {
  const url = new URL(sinkUrl)
  const pool = new Pool(url.origin, { connections: 64, headersTimeout: 10_000, bodyTimeout: 10_000 })
  const sleeping = new Set<() => void>()
  let wakes = 0

  const post = async (row: Row): Promise<void> => {
    const content = Buffer.from(JSON.stringify(mapMessage(JSON.parse(row.body))))
    const headers = { 'content-type': 'application/json', ...sign(content) }
    const reply = await pool.request({ method: 'POST', path: url.pathname, headers, body: content })
    const { code } = (await reply.body.json()) as { code?: string }
    if (reply.statusCode !== 200 || code !== '0') throw new Error(`the sink answered ${reply.statusCode}`)
  }
  const loop = async (): Promise<never> => {
    for (;;) {
      const before = wakes
      const rows = await claimRows(query)
      if (rows.length === 0) {
        // a commit during the claim has woken nobody: look again at once
        if (wakes === before) await new Promise<void>((resolve) => sleeping.add(resolve))
        continue
      }
      await Promise.all(rows.map(post))
      await finishRows(
        query,
        rows.map((row) => row.id),
      )
    }
  }
  for (let i = 0; i < loops; i++) void loop()
  return {
    wake: () => {
      wakes++
      for (const resume of sleeping) resume()
      sleeping.clear()
    },
  }
}
