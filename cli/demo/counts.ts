// What the hub says it did, next to what each platform says it received.
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'

/** One row of the table, by kind of system (its folder). */
export type SystemRow = {
  system: string
  accepted: number
  delivered: number
  duplicate: number
  dead: number
  received: number
  /** waits or is under way */
  open: number
}

export type Places = { hub: string; sandbox: string; operatorSecret: string }

type OpsSystems = {
  systems: {
    kind: string
    accepted: number
    delivered: number
    duplicate: number
    dead: number
    open: number
  }[]
  departments: { accepted: number; delivered: number; dead: number }[]
}
type Received = { systems: Record<string, { received: number; pulled: number; violations: string[] }> }

const kinds = ['province', 'elicence', 'eseal', 'supervision', 'review'] as const

/** Reads both sides once. `receipts`: what the departments hold so far. */
export async function readCounts(
  places: Places,
  receipts: number,
): Promise<{ rows: SystemRow[]; violations: string[] }> {
  const ops = await get<OpsSystems>(`${places.hub}/ops/systems`, places.operatorSecret)
  const { systems } = await get<Received>(`${places.sandbox}/control/received`)
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)
  const department: SystemRow = {
    system: 'department',
    accepted: sum(ops.departments.map((d) => d.accepted)),
    delivered: sum(ops.departments.map((d) => d.delivered)),
    duplicate: 0,
    dead: sum(ops.departments.map((d) => d.dead)),
    received: receipts,
    open: 0,
  }
  department.open = department.accepted - department.delivered - department.dead
  const rows = kinds.map((kind): SystemRow => {
    const own = ops.systems.filter((row) => row.kind === kind)
    const there = systems[kind]
    return {
      system: kind,
      accepted: sum(own.map((row) => row.accepted)),
      delivered: sum(own.map((row) => row.delivered)),
      duplicate: sum(own.map((row) => row.duplicate)),
      dead: sum(own.map((row) => row.dead)),
      received: (there?.received ?? 0) + (there?.pulled ?? 0),
      open: sum(own.map((row) => row.open)),
    }
  })
  return { rows: [department, ...rows], violations: Object.values(systems).flatMap((s) => s.violations) }
}

/** Whether every number agrees: all that was accepted was delivered, and the other side holds just that. */
export function agrees(rows: readonly SystemRow[]): boolean {
  return rows.every(
    (row) =>
      row.accepted > 0 &&
      row.dead === 0 &&
      row.accepted === row.delivered + row.duplicate &&
      row.received === row.accepted,
  )
}

async function get<T>(url: string, bearer?: string): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const reply = await request(url, bearer ? { headers: { authorization: `Bearer ${bearer}` } } : {})
      if (reply.statusCode === 200) return (await reply.body.json()) as T
      throw new Error(`${url}: HTTP ${reply.statusCode}: ${await reply.body.text()}`)
    } catch (error) {
      if (tries === 5) throw error
      await sleep(200 * tries)
    }
  }
}
