// How a platform hands out supplement tasks (补传任务): how it is asked for them, where a task names its records, and how it
// is told what became of one.
import type { z } from 'zod'
import { FileError, problemAt, type Source } from '../yaml.ts'
import { filled } from './filled.ts'
import { compileListing, type Listing } from './listing-plan.ts'
import type { Fate, supplementShape } from './supplement-shape.ts'
import { compileTask, type Task } from './supplement-task.ts'

/** What became of a task. `finished`: yyyy-MM-dd HH:mm:ss */
export type Outcome = {
  task: string
  finished: string
  records: readonly { members: Readonly<Record<string, string>>; state: Fate }[]
}

export type Supplement = Listing & {
  /** milliseconds between two questions */
  every: number
  /** whether tasks are executed without asking anybody */
  execute: 'auto' | undefined
  /** parts of a record's name, as its operation asks for it */
  members: readonly string[]
  /** the document that asks for a page, from 1 */
  question(page: number): Record<string, unknown>
  /** the task in a row, or why there is none */
  taskOf(row: unknown): Task | string
  /** undefined: the platform is not told */
  tell: { operation: string; document(outcome: Outcome): Record<string, unknown> } | undefined
}

/** Compiles it. */
export function compileSupplement(source: Source, plan: z.infer<typeof supplementShape>): Supplement {
  const members = Object.keys(plan.record)
  return {
    ...compileListing(source, 'supplement', plan),
    every: plan.every,
    execute: plan.execute,
    members,
    question: (page) => filled(plan.by, { page, size: plan.size }),
    taskOf: compileTask(source, plan),
    tell: plan.tell && compileTell(source, plan.tell, members),
  }
}

function compileTell(
  source: Source,
  plan: NonNullable<z.infer<typeof supplementShape>['tell']>,
  members: readonly string[],
): NonNullable<Supplement['tell']> {
  for (const [name, from] of Object.entries(plan.record)) {
    if (from === 'state' || members.includes(from)) continue
    const known = ['state', ...members].join(', ')
    throw new FileError([
      problemAt(
        source,
        ['supplement', 'tell', 'record', name],
        `"${from}" is no part of a record; one of ${known}`,
        `“${from}”不是记录的组成部分，应为 ${known} 之一`,
      ),
    ])
  }
  const written = Object.entries(plan.record)
  return {
    operation: plan.operation,
    document: ({ task, finished, records }) => {
      const delivered = records.filter(({ state }) => state === 'delivered').length
      return filled(plan.by, {
        task,
        finished,
        delivered,
        refused: records.length - delivered,
        records: records.map((record) =>
          Object.fromEntries(
            written.map(([name, from]) => [
              name,
              from === 'state' ? (plan.states?.[record.state] ?? record.state) : record.members[from],
            ]),
          ),
        ),
      })
    },
  }
}
