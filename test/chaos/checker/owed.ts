// What each platform must hold for an acknowledged record: the table of duties of this city, written down a second time.
import { createHash } from 'node:crypto'
import type { Acknowledged } from '../acknowledged.ts'

/** A record a platform owes us to hold. `name`: its id there, or its business number where the platform makes the id. */
export type Owed = { receiver: Receiver; table: string; name: string }

/** The platforms of the sandbox; `feed`: what the province pulled. */
export const receivers = ['province', 'feed', 'review', 'eseal', 'elicence', 'supervision'] as const
export type Receiver = (typeof receivers)[number]

/** The name by which an arrival is known here. */
export function nameOf(table: string, id: string, key: string): string {
  return numbered.has(table) ? key : id
}
const numbered = new Set(['sign', 'UP_LIC_DATA', 'check_action'])

/** Everything that an acknowledged record must have caused. */
export function owedFor({
  kind,
  key,
  part,
  licence,
}: Omit<Acknowledged, 'seq' | 'posted' | 'receipt'>): Owed[] {
  switch (kind) {
    case 'acceptance':
      return [...both('UP_PRO_ACCEPT', key), service(key, 1)]
    case 'process':
      return both('UP_PRO_PROCESS', key, part)
    case 'special':
      return both('UP_PRO_SPECIALPROCEDURE', key, part)
    case 'material':
      return both('UP_PRO_MATERIAL', key, part)
    case 'completion':
      return [...both('UP_PRO_RESULT', key), service(key, 2), ...(licence ? sealed(licence) : [])]
    case 'review':
      return [{ receiver: 'review', table: 'evaluate', name: `${key}|1` }]
    case 'licence':
      return sealed(licence)
    case 'inspection':
      return [{ receiver: 'supervision', table: 'check_action', name: key }]
  }
}

/** Pushed to the province, and pulled by it. RowGuid: the first half of SM3 over table and names. */
function both(table: string, ...names: string[]): Owed[] {
  const name = createHash('sm3')
    .update([table, ...names].join('|'))
    .digest('hex')
    .slice(0, 32)
  return [
    { receiver: 'province', table, name },
    { receiver: 'feed', table: 'feed', name },
  ]
}

function service(key: string, round: number): Owed {
  return { receiver: 'review', table: 'service', name: `${key}|${round}` }
}

function sealed(licence: string): Owed[] {
  return [
    { receiver: 'eseal', table: 'sign', name: licence },
    { receiver: 'elicence', table: 'UP_LIC_DATA', name: licence },
  ]
}
