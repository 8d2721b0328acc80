// What every change by an operator must say: who, and why. Some say more.
import type { Context } from 'hono'
import { z } from 'zod'
import { QiaoError } from '../errors.ts'
import { parseDocument } from '../mapping/format/format.ts'
import { type Env, readBody } from './body.ts'
import { parseRequest } from './filter.ts'

/** Members of every action's body. */
export const actionKeys = { by: z.string().min(1).max(100), reason: z.string().min(1).max(1000) }

const shape = z.strictObject(actionKeys)
const bodyLimit = 64 * 1024

/** Reads `{"by": "…", "reason": "…"}`. Throws ops.reason when one of them is missing, or anything else is there. */
export async function readAction(c: Context<Env>): Promise<z.infer<typeof shape>> {
  const parsed = shape.safeParse(await readDocument(c, bodyLimit))
  if (!parsed.success) throw new QiaoError('ops.reason')
  return parsed.data
}

/**
 * Reads the body of an action that says more; `wanted` has `actionKeys` among its members. Throws ops.reason where who
 * or why is missing, ops.request for anything else.
 */
export async function readRequest<T>(c: Context<Env>, wanted: z.ZodType<T>, limit = bodyLimit): Promise<T> {
  const value = await readDocument(c, limit)
  const parsed = wanted.safeParse(value)
  if (parsed.success) return parsed.data
  const isUnsigned = parsed.error.issues.some(({ path }) => path[0] === 'by' || path[0] === 'reason')
  if (isUnsigned) throw new QiaoError('ops.reason')
  return parseRequest(wanted, value)
}

/** The document; undefined when it is none, or holds what nobody can keep. */
async function readDocument(c: Context<Env>, limit: number): Promise<unknown> {
  const body = await readBody(c, limit)
  try {
    return parseDocument('json', body, undefined).value
  } catch (error) {
    if (error instanceof QiaoError) return undefined
    throw error
  }
}
