// Shapes of reconciliations.
import { z } from 'zod'
import { reconcileWishShape } from '../reconciliations.ts'

const count = z.int()
const time = z.iso.datetime()
const run = {
  id: z.uuid(),
  system: z.string(),
  day: z.iso.date(),
  state: z.enum(['running', 'done', 'failed']),
  sent: count.describe('delivered here on that day / 本方当日送达'),
  received: count.describe('as the system says / 平台当日接收'),
  missing: count,
  extra: count,
  different: count,
  open: count.describe('accepted on that day, not delivered yet / 当日受理尚未送达'),
  reason: z.string().nullable().describe('why it failed / 失败原因'),
  operator: z.string(),
  started_at: time,
  finished_at: time.nullable(),
}
const difference = z.strictObject({
  kind: z
    .enum(['missing', 'extra', 'different', 'count'])
    .describe('count: only the numbers of a part of the day differ / 仅数量不一致'),
  name: z.string().describe('the record as both sides know it / 记录标识'),
  message: z.uuid().nullable(),
  step: z.string().nullable(),
  resolved: z
    .enum(['resent', 'later', 'gone'])
    .nullable()
    .describe('sent again; left, for its key went on; not delivered any more / 处理结果'),
  own: count.nullable().describe('of `count`: sent / 本方数量'),
  theirs: count.nullable().describe('of `count`: received / 平台数量'),
})

/** Shapes by their name under `components.schemas`. */
export const reconciliationShapes = {
  ReconcileWish: reconcileWishShape.describe('system and day to reconcile / 对账的系统与日期'),
  Reconciliation: z.strictObject(run),
  Reconciliations: z.strictObject({ reconciliations: z.array(z.strictObject(run)) }),
  ReconciliationReport: z.strictObject({
    ...run,
    differences: z.array(difference),
    next: z.string().nullable().describe('`after` of the next page; null at the end / 下一页'),
  }),
  Resent: z.strictObject({ resent: count, left: count }),
} as const satisfies Record<string, z.ZodType>
