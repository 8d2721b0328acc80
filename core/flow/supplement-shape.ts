// `supplement` of a system file, as it is written.
import { z } from 'zod'
import { duration } from './duration.ts'
import { constantShape } from './filled.ts'

/** What becomes of a record that was asked for. */
export const fates = ['delivered', 'later', 'unknown', 'gone'] as const
export type Fate = (typeof fates)[number]

const asked = ['page', 'size'] as const
const told = ['task', 'delivered', 'refused', 'records', 'finished'] as const
const word = z.union([z.string(), z.number()])

/** `supplement` of a system file. */
export const supplementShape = z.strictObject({
  operation: z.string(),
  by: z.record(z.string(), z.union([z.enum(asked), constantShape])),
  size: z.int().min(1).max(10_000).default(100),
  rows: z.string(),
  every: duration.default(300_000),
  execute: z.literal('auto').optional(),
  task: z.string(),
  reason: z.string().optional(),
  deadline: z.string().optional(),
  records: z.string().optional(),
  record: z.record(z.string(), z.string()),
  key: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  tell: z
    .strictObject({
      operation: z.string(),
      by: z.record(z.string(), z.union([z.enum(told), constantShape])),
      record: z.record(z.string(), z.string()).default({}),
      states: z.strictObject({ delivered: word, later: word, unknown: word, gone: word }).optional(),
    })
    .optional(),
})
