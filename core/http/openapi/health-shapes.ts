// The shape of /ops/health.
import { z } from 'zod'
import { type FactName, table } from '../../health/table.ts'

const state = z.enum(['ok', 'warn', 'fail'])
const names = Object.keys(table) as [FactName, ...FactName[]]
const words = z.strictObject({ en: z.string(), zh: z.string() })

export const healthReport = z.strictObject({
  state: state.describe('the worst of all / 最差一项'),
  at: z
    .string()
    .meta({ format: 'date-time' })
    .describe('read at most every five seconds / 最多每五秒读取一次'),
  facts: z.array(
    z.strictObject({
      name: z.enum(names),
      of: z.string().nullable().describe('system, key or thread / 系统、密钥或线程'),
      state,
      value: z.union([z.number(), z.string()]).nullable(),
      unit: z.enum(['s', 'ms', 'days', 'bytes', 'share', 'count', '']),
      limit: z
        .strictObject({
          warn: z.number().optional(),
          fail: z.number().optional(),
          below: z.literal(true).optional(),
        })
        .nullable()
        .describe('warn or fail at or beyond it; `below`: at or under it / 界限'),
      en: z.string(),
      zh: z.string(),
      todo: words.nullable().describe('what to do; null when it is well / 处理办法'),
    }),
  ),
})
