// Shapes of supplement tasks.
import { z } from 'zod'
import { supplementAskShape, taskStates } from '../supplements.ts'

const count = z.int()
const time = z.iso.datetime()
const task = {
  id: z.uuid(),
  system: z.string(),
  task: z.string().describe("the platform's own id / 平台任务编号"),
  state: z
    .enum(taskStates)
    .describe(
      'waiting for a person; open: being executed; telling: the platform is to be told; done / 任务状态',
    ),
  reason: z.string().nullable().describe('as the platform says / 平台所述原因'),
  deadline: time.nullable(),
  operator: z.string().nullable().describe('who had it executed / 执行人'),
  why: z.string().nullable(),
  accepted_at: time,
  finished_at: time.nullable().describe('each record is delivered or refused / 全部记录有结果的时间'),
  told_at: time.nullable(),
  untold: z.string().nullable().describe('why telling the platform failed last / 最近一次回报失败的原因'),
  records: count,
  delivered: count,
  refused: count,
}
const record = z.strictObject({
  name: z.string().describe('the record as both sides know it / 记录标识'),
  message: z.uuid().nullable(),
  step: z.string().nullable(),
  state: z
    .enum(['new', 'sent', 'linked', 'delivered', 'later', 'unknown', 'gone'])
    .describe(
      'sent again; linked: it was on its way or dead; delivered; later: left, its key went on; unknown: never accepted here; gone: skipped / 记录状态',
    ),
})

/** Shapes by their name under `components.schemas`. */
export const supplementShapes = {
  SupplementAsk: supplementAskShape.describe('the system to ask for tasks now / 立即查询补传任务的系统'),
  SupplementsAsked: z.strictObject({ accepted: count, known: count, unreadable: count }),
  Supplement: z.strictObject(task),
  Supplements: z.strictObject({ supplements: z.array(z.strictObject(task)) }),
  SupplementReport: z.strictObject({
    ...task,
    list: z.array(record),
    next: z.string().nullable().describe('`after` of the next page / 下一页的 after'),
  }),
} as const satisfies Record<string, z.ZodType>
