// A reconciliation as an operator has it done, and a platform that spoils what it received.
import { expect, vi } from 'vitest'
import type { Running } from './running.ts'

export type Difference = { kind: string; name: string; message: string | null; resolved: string | null }
export type Run = Record<'sent' | 'received' | 'missing' | 'extra' | 'different' | 'open', number> & {
  id: string
  state: string
  reason: string | null
  differences: Difference[]
}
export type Spoilt = Record<'lost' | 'added' | 'altered', string[]>

const patience = { timeout: 20_000, interval: 50 }

/** Waits until so many deliveries to a system are done. */
export function settledAt(hub: Running, system: string, count: number): Promise<void> {
  return vi.waitFor(async () => {
    const { json } = await hub.ops('GET', '/systems')
    const rows = (json as { systems: { system: string; delivered: number; duplicate: number }[] }).systems
    const found = rows.find((row) => row.system === system)
    expect((found?.delivered ?? 0) + (found?.duplicate ?? 0)).toBe(count)
  }, patience)
}

/** Reconciles a day with a system, and waits until that has ended. */
export async function reconcile(
  hub: Running,
  wish: { by: string; reason: string; system: string; day: string },
): Promise<Run> {
  const begun = await hub.ops('POST', '/reconciliations', wish)
  expect(begun.status, begun.text).toBe(200)
  const { id } = begun.json as Run
  return vi.waitFor(async () => {
    const run = (await hub.ops('GET', `/reconciliations/${id}`)).json as Run
    expect(run.state).not.toBe('running')
    return run
  }, patience)
}

/** Has a platform lose, make up and alter records behind everybody's back. */
export async function spoil(hub: Running, system: string, wish: object): Promise<Spoilt> {
  const body = JSON.stringify({ system, ...wish })
  const request = { origin: hub.sandbox.url, path: '/control/spoil', method: 'POST', body } as const
  return (await (await hub.agent.request(request)).body.json()) as Spoilt
}
