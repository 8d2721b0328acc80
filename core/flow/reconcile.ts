// Reconciliation (对账): what this hub delivered to a system on a day against what the system says it received. Names of both
// sides are written down page by page and compared by the ledger, so that a day of any size takes little memory; what seems
// to be missing is asked for once more by itself, for a system may count it to the day before or after. Where a system tells
// numbers only, what it has too few of is found in the same way.
import { QiaoError } from '../errors.ts'
import { sm3 } from '../evidence/merkle.ts'
import { newId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import * as runs from '../ledger/reconcile.ts'
import { donePage, firstDone, sentDelivery } from '../ledger/sent.ts'
import { addDays, localDay, localTime, startOfDay } from '../time.ts'
import { type Actor, newAction } from './action.ts'
import { NoList, readPages } from './listing.ts'
import type { Wake } from './queue.ts'
import { type Reconcile, recordName } from './reconcile-plan.ts'
import type { Registry } from './registry.ts'
import { sentOf } from './sent.ts'

type Parts = { database: Database; registry: Registry; wake: (target: Wake) => void }

const pageSize = 200
// pages of one list
const mostPages = 100_000
// Asia/Shanghai, from when on a day is reconciled by itself
const hour = 3
// near its ends a day of ours may be another day of theirs, ms
const margin = 3_600_000
/** A run that was not touched for so long lost its process, ms. */
export const silence = 60_000

/** Begins a run and answers its id; `done` is settled when it ends. Throws reconcile.none for a system that tells nothing. */
export async function beginReconcile(
  parts: Parts,
  system: string,
  day: string,
  actor: Actor,
): Promise<{ id: string; done: Promise<void> }> {
  planOf(parts.registry, system)
  const id = newId()
  const detail = JSON.stringify({ run: id, system, day })
  const action = newAction({ ...actor, action: 'reconcile', message: null, step: null, detail })
  const isBegun = await runs.beginRun(parts.database, { id, system, day }, action)
  return { id, done: isBegun ? reconcile(parts, { id, system, day }) : Promise.resolve() }
}

/** Reconciles yesterday with every system that tells what it received, once; `now` is the ledger's clock. */
export async function reconcileYesterday(parts: Parts, now: Date): Promise<void> {
  // when their nights are over too
  if (Number(localTime(now).slice(11, 13)) < hour) return
  const day = addDays(localDay(now), -1)
  for (const { name, reconcile: plan } of parts.registry.current().systems.values()) {
    if (!plan) continue
    const begun = await runs.listRuns(parts.database.query, { system: name, day, limit: 1 })
    if (begun.length > 0) continue
    const { done } = await beginReconcile(parts, name, day, {
      operator: 'hub',
      reason: '每日对账 / every day',
    })
    await done
  }
}

/** Goes on with a run that lost its process; answers whether there was one. */
export async function resumeReconcile(parts: Parts): Promise<boolean> {
  const lost = await runs.takeLostRun(parts.database.query, silence)
  if (lost) await reconcile(parts, lost)
  return lost !== undefined
}

type Run = { id: string; system: string; day: string }

async function reconcile(parts: Parts, run: Run): Promise<void> {
  const { query } = parts.database
  try {
    const plan = planOf(parts.registry, run.system)
    const from = startOfDay(run.day)
    const span = { from, to: startOfDay(addDays(run.day, 1)) }
    await collectOwn(parts, run, plan, span)
    const counts = plan.count && (await countTheirs(parts, run, plan, plan.count))
    if (counts) await runs.leaveShort(query, run.id, counts)
    else await collectTheirs(parts, run, plan)
    await askForMissing(parts, run, counts !== undefined)
    await runs.finishRun(parts.database, run, span, counts)
    if (plan.resend === 'auto')
      await resendMissing(parts, run.id, {
        operator: 'hub',
        reason: '对账缺失自动补发 / missing at reconciliation',
      })
  } catch (error) {
    const reason = error instanceof QiaoError ? (error.detail ?? error.code) : (error as Error).message
    await runs.failRun(query, run.id, reason.slice(0, 500))
  }
}

function planOf(registry: Registry, system: string): Reconcile {
  const plan = registry.system(system)?.reconcile
  if (!plan) throw new QiaoError('reconcile.none', { detail: system })
  return plan
}

type Span = { from: Date; to: Date }

/** Writes down what was sent, by the names the system knows it by. */
async function collectOwn(parts: Parts, run: Run, plan: Reconcile, { from, to }: Span): Promise<void> {
  const { query } = parts.database
  const wide = { from: new Date(from.getTime() - margin), to: new Date(to.getTime() + margin) }
  for (let after = firstDone; ; ) {
    const page = await donePage(query, run.system, ['delivered', 'duplicate'], wide, after, pageSize)
    const last = page.at(-1)
    if (!last) return
    after = last
    const ids: runs.OwnId[] = []
    for (const row of page) {
      const sent = await sentOf(parts, run.system, row)
      if (!sent) continue
      const inside = row.settled_at >= from && row.settled_at < to
      const compared = plan.comparedOf(sent.document)
      const own = compared === undefined ? null : sm3(compared)
      const told = plan.nameIn(sent.names)
      if (told === undefined) continue
      const [name, part] = plan.count ? [recordName(Object.values(sent.names)) ?? '', told] : [told, null]
      ids.push({ name, part, message: row.message, step: row.step, inside, own })
    }
    await runs.noteOwn(query, run.id, ids)
    await runs.touchRun(query, run.id)
  }
}

/** Writes down what the system says it received. */
async function collectTheirs(parts: Parts, run: Run, plan: Reconcile): Promise<void> {
  const { query } = parts.database
  for await (const { page, rows } of pagesOf(parts, run, plan)) {
    // a log tells a record as often as it came: its last line counts
    const latest = new Map<string, Buffer | null>()
    for (const row of rows) {
      const name = plan.nameOf(row)
      if (name === undefined) throw new Error(`page ${page}: a row does not name its record`)
      const compared = plan.comparedIn(row)
      latest.set(name, compared === undefined ? null : sm3(compared))
    }
    await runs.noteTheirs(
      query,
      run.id,
      [...latest].map(([name, theirs]) => ({ name, theirs })),
    )
    await runs.touchRun(query, run.id)
  }
}

/** The rows of the day that tell something. */
async function* pagesOf({ registry }: Parts, run: Run, plan: Reconcile) {
  if (!plan.list) return
  const link = registry.current().links.get(run.system)
  const question = (page: number): Record<string, unknown> => plan.question(run.day, page)
  for await (const { page, rows } of readPages(link, plan.list, question, mostPages))
    yield { page, rows: rows.filter(plan.counts) }
}

/** How many records the system says it received, by part of the day. */
async function countTheirs(
  parts: Parts,
  run: Run,
  plan: Reconcile,
  count: (from: unknown) => number,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  if (!plan.list) {
    const link = parts.registry.current().links.get(run.system)
    const read = await link?.read(plan.operation, plan.question(run.day, 1))
    if (!read?.ok) throw new NoList(read?.reason ?? 'no such system')
    return counts.set('', count(read.reply))
  }
  for await (const { page, rows } of pagesOf(parts, run, plan)) {
    for (const row of rows) {
      const part = plan.nameOf(row)
      if (part === undefined) throw new Error(`page ${page}: a row does not name what it counts`)
      counts.set(part, (counts.get(part) ?? 0) + count(row))
    }
    await runs.touchRun(parts.database.query, run.id)
  }
  return counts
}

/**
 * Asks for each record that seems to be missing; one that is there is counted to another day. `sure`: only what the system
 * says it does not have is missing, for there is no list that lacks it.
 */
async function askForMissing(parts: Parts, run: Run, sure: boolean): Promise<void> {
  const { query } = parts.database
  for (let after = ''; ; ) {
    const page = await runs.missingPage(query, run.id, after, pageSize)
    const last = page.at(-1)
    if (!last) return
    after = last.name
    for (const { name, message, step } of page) {
      const outcome = await ask(parts, run.system, message, step)
      // what a list lacks and cannot be asked for stays missing: a person looks at it
      if (outcome === 'confirmed' || (sure && outcome !== 'absent')) await runs.noteThere(query, run.id, name)
    }
    await runs.touchRun(query, run.id)
  }
}

async function ask(parts: Parts, system: string, message: string, step: string): Promise<string> {
  const row = await sentDelivery(parts.database.query, message, step)
  const sent = row && (await sentOf(parts, system, row))
  return sent?.ask ? (await sent.ask()).outcome : 'unknown'
}

/** Sends again what a run found missing, where its key has not gone on. Answers what became of each. */
export async function resendMissing(
  { database, wake }: Parts,
  run: string,
  actor: Actor,
): Promise<{ resent: number; left: number }> {
  const tally = { resent: 0, left: 0 }
  for (;;) {
    const page = await runs.unresolvedMissing(database.query, run, pageSize)
    if (page.length === 0) return tally
    for (const { name, message, step } of page) {
      if (!message || !step) throw new Error(`${name}: nothing here is missing there`)
      const detail = JSON.stringify({ run })
      const action = newAction({ ...actor, action: 'resend', message, step, detail })
      const opened = await runs.reopen(database, run, name, { ...action, message, step })
      if (typeof opened === 'string') tally.left++
      else {
        tally.resent++
        wake(opened)
      }
    }
  }
}
