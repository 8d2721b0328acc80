// Supplement tasks (补传任务) of a platform: handed out until it was told what became of them, and told the truth.

import { type Book, Refusal } from './ledger.ts'
import { type Column, checkRow, issueText } from './table.ts'

/** Results a record may have. */
const results: Readonly<Record<string, string>> = {
  '1': 'delivered',
  '2': 'later',
  '3': 'unknown',
  '4': 'gone',
}

/** A task as it is handed out; `Records` may be left out, where key or days say which are meant. */
export type SupplementTask = { TaskNo: string; Records?: { Table: string; RowGuid: string }[] } & Record<
  string,
  unknown
>

/** What the sender told of a task; `times`: how often. */
export type Told = { task: string; records: { table: string; id: string; result: string }[]; times: number }

export type Supplements = {
  /** Hands out more tasks, from now on. */
  put(tasks: unknown): SupplementTask[]
  open(): SupplementTask[]
  told(): Told[]
  /** Takes what became of a task; true when that was told before. Throws Refusal for what is not so. */
  take(body: Record<string, unknown>): boolean
}

const columns: readonly Column[] = [
  ['TaskNo', '任务编号', 's50', 'Y'],
  ['FinishTime', '完成时间', 'datetime', 'Y'],
]

/** No task yet. */
export function createSupplements(book: Book): Supplements {
  const tasks = new Map<string, SupplementTask>()
  const outcomes = new Map<string, Told>()

  function put(wanted: unknown): SupplementTask[] {
    if (!Array.isArray(wanted) || !wanted.every(isTask))
      throw new Refusal('1001', 'tasks: a list with TaskNo')
    for (const task of wanted) tasks.set(task.TaskNo, task)
    return wanted
  }

  function take({ Records, ...rest }: Record<string, unknown>): boolean {
    const { row, issues } = checkRow(columns, rest)
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    const name = row.TaskNo ?? ''
    const task = tasks.get(name)
    if (!task) throw new Refusal('1001', `没有补传任务 ${name}`)
    const records = recordsIn(Records)
    for (const record of records) checkRecord(name, record)
    const asked = (task.Records ?? []).map(({ Table, RowGuid }) => `${Table} ${RowGuid}`)
    const answered = records.map(({ table, id }) => `${table} ${id}`)
    if (asked.length > 0 && asked.toSorted().join() !== answered.toSorted().join())
      throw new Refusal('1001', `任务 ${name} 的记录与回报不一致`)
    const before = outcomes.get(name)
    if (before && JSON.stringify(before.records) !== JSON.stringify(records))
      throw new Refusal('1001', `任务 ${name} 已回报其他结果`, `${name}: 任务结果前后不一`)
    outcomes.set(name, { task: name, records, times: (before?.times ?? 0) + 1 })
    return before !== undefined
  }

  /** What is said to be delivered is there. */
  function checkRecord(task: string, { table, id, result }: Told['records'][number]): void {
    if (result === 'delivered' && !book.has(table, id))
      throw new Refusal('1001', `没有收到记录 ${table} ${id}`, `${task}: ${table} ${id} 未收到却回报已送达`)
  }

  return {
    put,
    open: () => [...tasks.values()].filter(({ TaskNo }) => !outcomes.has(TaskNo)),
    told: () => [...outcomes.values()],
    take,
  }
}

function isTask(value: unknown): value is SupplementTask {
  return typeof (value as SupplementTask | null)?.TaskNo === 'string'
}

function recordsIn(value: unknown): Told['records'] {
  if (!Array.isArray(value)) throw new Refusal('1001', 'Records 应为列表')
  return (value as unknown[]).map((each) => {
    const { Table, RowGuid, Result, ...more } = (each ?? {}) as Record<string, unknown>
    const result = results[String(Result)]
    if (result === undefined || Object.keys(more).length > 0) throw new Refusal('1001', 'Records 内容不正确')
    return { table: String(Table ?? ''), id: String(RowGuid ?? ''), result }
  })
}
