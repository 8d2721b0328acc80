// The shapes of what operations on the archive answer.
import { z } from 'zod'

const day = z.string().meta({ format: 'date' })
const time = z.string().meta({ format: 'date-time' })
const count = z.int().min(0)

export const archiveShapes = {
  Archive: z.strictObject({
    days: z.array(
      z.strictObject({
        day,
        held: count.describe('open deliveries and feed rows that keep it here / 使该日保留的未完成项数'),
        file: z.string().nullable().describe('in the archive folder / 归档目录中的文件'),
        digest: z
          .string()
          .nullable()
          .describe('SM3 of what is in the file, opened / 文件解密后内容的 SM3 摘要'),
        messages: count.nullable(),
        archived_at: time.nullable().describe('the file is there and was checked / 文件已写入并校验'),
        dropped_at: time.nullable().describe('the rows have left the ledger / 已移出账本'),
        restored_until: time.nullable().describe('the rows are back up to then / 恢复数据保留至'),
      }),
    ),
  }),
  Restored: z.strictObject({ day, messages: count }),
  Purged: z.strictObject({
    days: z.array(day),
    unsound: z
      .array(day)
      .describe('stay, and are archived again: their file is lost or changed / 文件缺失或被改动，将重新归档'),
  }),
} as const
