// Supplement tasks (补传任务): what a platform wants sent again, or for the first time. Asked for every few minutes by whichever
// hub comes first, and written down once, before anything is done about them.
import { QiaoError } from '../errors.ts'
import { newId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import * as tasks from '../ledger/supplement.ts'
import type { Log } from '../log.ts'
import { type Actor, newAction } from './action.ts'
import { NoList, readPages } from './listing.ts'
import type { Registry } from './registry.ts'
import type { Supplement } from './supplement-plan.ts'
import type { Task } from './supplement-task.ts'

type Parts = { database: Database; registry: Registry; log: Log }

/** What asking brought: tasks that are new, tasks that were known, rows that say nothing that can be done. */
export type Polled = { accepted: number; known: number; unreadable: number }

// pages of one list
const mostPages = 1_000
/** Said where a platform gives no reason. */
export const usualReason = '平台补传任务 / supplement task of the platform'

/** The plan of a system. Throws supplement.none where it hands out no tasks. */
export function planOf(registry: Registry, system: string): Supplement {
  const plan = registry.system(system)?.supplement
  if (!plan) throw new QiaoError('supplement.none', { detail: system })
  return plan
}

/** Asks every system that hands out tasks, and that nobody asked for a while. */
export async function pollDue(parts: Parts): Promise<void> {
  for (const { name, supplement } of parts.registry.current().systems.values()) {
    if (!supplement || !(await tasks.claimPoll(parts.database.query, name, supplement.every))) continue
    try {
      await pollSupplements(parts, name)
    } catch (error) {
      // the next question comes by itself
      parts.log.warn('supplement.unasked', { system: name, error: (error as Error).message.slice(0, 200) })
    }
  }
}

/** Asks a system now, because an operator wants to know. */
export async function askNow(parts: Parts, system: string, actor: Actor): Promise<Polled> {
  planOf(parts.registry, system)
  const detail = JSON.stringify({ system, ask: true })
  const action = newAction({ ...actor, action: 'supplement', message: null, step: null, detail })
  await tasks.noteAsked(parts.database, system, action)
  return pollSupplements(parts, system)
}

/** Asks a system for its tasks and accepts those that are new. Throws supplement.away when it gives no list. */
export async function pollSupplements(parts: Parts, system: string): Promise<Polled> {
  const plan = planOf(parts.registry, system)
  const link = parts.registry.current().links.get(system)
  const polled = { accepted: 0, known: 0, unreadable: 0 }
  try {
    for await (const { rows } of readPages(link, plan, plan.question, mostPages))
      await take(parts, system, plan, rows, polled)
  } catch (error) {
    throw error instanceof NoList
      ? new QiaoError('supplement.away', { detail: `${system}, ${error.message}` })
      : error
  }
  return polled
}

/** Accepts what is new in a page. */
async function take(
  { database, log }: Parts,
  system: string,
  plan: Supplement,
  rows: readonly unknown[],
  polled: Polled,
): Promise<void> {
  const handed = rows.map(plan.taskOf)
  const clear = handed.filter((task) => typeof task !== 'string')
  for (const why of handed.filter((task) => typeof task === 'string')) {
    polled.unreadable++
    log.warn('supplement.unreadable', { system, why })
  }
  const ids = clear.map(({ task }) => task)
  const known = await tasks.knownTasks(database.query, system, ids)
  for (const task of clear) {
    const isNew = !known.has(task.task) && (await accept(database, system, plan, task))
    if (isNew) polled.accepted++
    else polled.known++
  }
}

async function accept(database: Database, system: string, plan: Supplement, task: Task): Promise<boolean> {
  const id = newId()
  const isAuto = plan.execute === 'auto'
  const detail = JSON.stringify({ supplement: id, system, task: task.task, wishes: task.wishes.length })
  const action = newAction({
    operator: 'hub',
    reason: task.reason ?? usualReason,
    action: 'supplement',
    message: null,
    step: null,
    detail,
  })
  const row = {
    id,
    system,
    task: task.task,
    state: isAuto ? ('open' as const) : ('waiting' as const),
    reason: task.reason,
    deadline: task.deadline,
    wishes: JSON.stringify(task.wishes),
    operator: isAuto ? 'hub' : null,
  }
  return tasks.acceptTask(database, row, action)
}
