// Works on supplement tasks: finds what they mean, sends it again where its key has not gone on, follows it until each record
// is delivered or refused, and tells the platform. Every step is in the ledger before the next, so that any process goes on
// where another one ended.
import type { Database } from '../ledger/database.ts'
import * as tasks from '../ledger/supplement.ts'
import { executeRecord, followRecords, newRecords } from '../ledger/supplement-record.ts'
import { recordPage } from '../ledger/supplement-view.ts'
import type { Log } from '../log.ts'
import { localTime } from '../time.ts'
import { newAction } from './action.ts'
import type { Wake } from './queue.ts'
import type { Registry } from './registry.ts'
import { retryDelay } from './retry.ts'
import { usualReason } from './supplement.ts'
import { findRecords } from './supplement-find.ts'
import type { Outcome, Supplement } from './supplement-plan.ts'
import type { Fate } from './supplement-shape.ts'
import type { Wish } from './supplement-task.ts'
import type { System } from './system.ts'

type Parts = { database: Database; registry: Registry; wake: (target: Wake) => void; log: Log }

const pageSize = 200
/** A task that nobody touched for so long lost its process, ms. */
export const lease = 60_000
// what is on its way is looked after again, the later the more of it there is
const followAfter = { least: 500, each: 5, most: 60_000 }

/** Works on every task that is due. One that cannot be worked on rests, and holds up no other. */
export async function workOnSupplements(parts: Parts): Promise<void> {
  // nobody hands out tasks here: nothing is asked of the ledger
  if (![...parts.registry.current().systems.values()].some(({ supplement }) => supplement)) return
  for (;;) {
    const task = await tasks.takeTask(parts.database.query, lease)
    if (!task) return
    try {
      await workOn(parts, task)
    } catch (error) {
      parts.log.warn('supplement.failed', {
        system: task.system,
        supplement: task.id,
        error: (error as Error).message.slice(0, 200),
      })
      await tasks.restTask(parts.database.query, task.id, lease)
    }
  }
}

async function workOn(parts: Parts, task: tasks.TaskRow): Promise<void> {
  const { database, registry } = parts
  const system = registry.system(task.system)
  if (!system?.supplement) throw new Error('its system hands out no tasks any more')
  const plan = system.supplement
  if (task.found_at === null) {
    const touch = (): Promise<void> => tasks.restTask(database.query, task.id, lease)
    const search = { id: task.id, system: task.system, plan, touch }
    await findRecords(parts, search, JSON.parse(task.wishes) as Wish[])
  }
  if (task.state === 'waiting') return tasks.parkTask(database.query, task.id)
  if (task.state === 'open') {
    await execute(parts, task)
    const left = await followRecords(database.query, task.id)
    if (left > 0) return tasks.restTask(database.query, task.id, pauseFor(left))
    const finished = await tasks.finishTask(database.query, task.id)
    if (!finished) return
    return tell(parts, { ...task, finished_at: finished }, system, plan)
  }
  return tell(parts, task, system, plan)
}

function pauseFor(left: number): number {
  return Math.min(followAfter.most, followAfter.least + left * followAfter.each)
}

/** Sends again what nobody did anything about yet. */
async function execute({ database, wake }: Parts, task: tasks.TaskRow): Promise<void> {
  const actor = { operator: task.operator ?? 'hub', reason: task.why ?? task.reason ?? usualReason }
  const detail = JSON.stringify({ supplement: task.id })
  for (;;) {
    const page = await newRecords(database.query, task.id, pageSize)
    if (page.length === 0) return
    for (const { name, message, step } of page) {
      const action = newAction({ ...actor, action: 'resend', message, step, detail })
      const opened = await executeRecord(database, task.id, name, { ...action, message, step })
      if (opened) wake(opened)
    }
    await tasks.restTask(database.query, task.id, lease)
  }
}

/** Tells the platform what became of its task, where it wants to know; until it has understood. */
async function tell(
  { database, registry }: Parts,
  task: tasks.TaskRow,
  system: System,
  { tell: plan }: Supplement,
): Promise<void> {
  const { query } = database
  if (!plan) return tasks.endTask(query, task.id, false)
  const link = registry.current().links.get(task.system)
  const finished = localTime(task.finished_at ?? task.accepted_at)
  const document = plan.document({ task: task.task, finished, records: await recordsOf(database, task.id) })
  const read = await link?.read(plan.operation, document)
  if (read?.ok) return tasks.endTask(query, task.id, true)
  const reason = (read?.reason ?? 'no such system').slice(0, 500)
  await tasks.noteUntold(query, task.id, reason, retryDelay(system.retry, task.tries + 1))
}

/** What became of each record. */
async function recordsOf({ query }: Database, id: string): Promise<Outcome['records']> {
  const records: { members: Record<string, string>; state: Fate }[] = []
  for (let after = ''; ; ) {
    const page = await recordPage(query, id, after, pageSize)
    const last = page.at(-1)
    if (!last) return records
    after = last.name
    for (const { members, state } of page)
      records.push({ members: JSON.parse(members) as Record<string, string>, state: state as Fate })
  }
}
