// What every change by an operator must say: who, and why.
import type { Context } from 'hono'
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import { type Env, readBody } from './body.ts'

const shape = z.strictObject({ by: z.string().min(1).max(100), reason: z.string().min(1).max(1000) })
const bodyLimit = 64 * 1024

/** Reads `{"by": "…", "reason": "…"}`. Throws ops.reason when one of them is missing. */
export async function readAction(c: Context<Env>): Promise<z.infer<typeof shape>> {
  const body = await readBody(c, bodyLimit)
  try {
    return shape.parse(JSON.parse(body.toString('utf8')))
  } catch {
    throw new QiaoError('ops.reason')
  }
}
