// The shape of coverage.
import { z } from 'zod'
import { groupNames } from '../coverage.ts'

const count = z.int().min(0)

export const coverageShapes = {
  Coverage: z.strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    by: z.enum(groupNames),
    system: z.string().optional(),
    countedAt: z.iso
      .datetime()
      .nullable()
      .describe('some of it is as of then; null: all as of now / 部分数据的统计时刻，空：均为当前'),
    lines: z.array(
      z.strictObject({
        group: z
          .string()
          .describe('department, item, day or system; "" unknown / 部门、事项、日期或目标系统'),
        title: z.string().nullable().describe('of a department or system / 名称'),
        system: z.string().describe('"": no step sends it anywhere / 目标系统，空：未推送到任何系统'),
        accepted: count.describe('messages / 受理消息数'),
        delivered: count.describe('of which all steps to the system are done / 已全部送达'),
        dead: count,
        skipped: count.describe('an operator decided that it need not arrive / 人工跳过'),
        open: count,
        promised: count.describe('for which a time was promised / 有承诺时限'),
        late: count.describe('delivered after it, or not yet though it is over / 超期'),
        share: z.number().min(0).max(1).describe('delivered of accepted / 送达率'),
      }),
    ),
  }),
} as const satisfies Record<string, z.ZodType>
