// One fact of health, and how a value becomes a judgement.
import { type FactName, type Limit, rowOf } from './table.ts'

export type State = 'ok' | 'warn' | 'fail'

export type Fact = {
  name: FactName
  /** the system, key or thread it is of; null: of the hub as a whole */
  of: string | null
  /** in the unit of its row; null when there is nothing to measure */
  value: number | string | null
  limit: Limit | null
  state: State
}

/** Limits that differ from the table's. */
export type Limits = Partial<Record<FactName, Limit>>

/** Limits from the settings: `due` in seconds, `disk` in bytes. */
export function limitsOf({
  dueLimit: due,
  diskLimit: disk,
}: {
  dueLimit: number
  diskLimit: number
}): Limits {
  return {
    'delivery.due': { warn: due, fail: 15 * due },
    'delivery.untried': { warn: due / 2, fail: 5 * due },
    'disk.free': { warn: disk, fail: leastFree({ diskLimit: disk }), below: true },
  }
}

/** Free bytes below which intake is shut: a quarter of those at which health warns. */
export function leastFree({ diskLimit }: { diskLimit: number }): number {
  return diskLimit / 4
}

/** Makes facts under the limits of an environment. */
export type Judge = (name: FactName, of: string | null, value: number | null) => Fact

/** A judge by the table, and by what an environment says otherwise. */
export function createJudge(limits: Limits): Judge {
  return (name, of, value) => {
    const limit = limits[name] ?? rowOf(name).limit
    return { name, of, value, limit, state: judge(value, limit) }
  }
}

/** A fact that no number decides. */
export function told(name: FactName, of: string | null, value: string, state: State): Fact {
  return { name, of, value, limit: null, state }
}

function judge(value: number | null, limit: Limit | null): State {
  if (value === null || limit === null) return 'ok'
  const beyond = (at: number | undefined): boolean =>
    at !== undefined && (limit.below ? value <= at : Math.abs(value) >= at)
  return beyond(limit.fail) ? 'fail' : beyond(limit.warn) ? 'warn' : 'ok'
}

const order: readonly State[] = ['ok', 'warn', 'fail']

/** 0 well, 1 look soon, 2 act now. */
export function stateNumber(state: State): number {
  return order.indexOf(state)
}

/** The worst state of all. */
export function worst(facts: readonly Fact[]): State {
  return order[Math.max(0, ...facts.map(({ state }) => stateNumber(state)))] ?? 'ok'
}
