// How operators ask and act: what every operation under /ops has in common.
import type { ErrorCode } from '../../errors.ts'
import { answer, type Json, type Problems, ref } from './parts.ts'
import type { ShapeName } from './shapes.ts'

/**
 * `read`: a GET; `act`: a POST whose body says who and why, of another shape where it says more; `send`: one that is
 * answered with a file; `fetch`: a GET that is.
 */
export function operatorVerbs(problems: Problems) {
  const base = { tags: ['operators'], security: [{ operator: [] }] }
  const read = (
    operationId: string,
    summary: string,
    shape: ShapeName,
    parameters: Json[] = [],
    codes: ErrorCode[] = [],
  ): Json => ({
    get: {
      ...base,
      operationId,
      summary,
      parameters,
      responses: { 200: answer(summary, shape), ...problems.of(['ops.unauthorised', ...codes]) },
    },
  })
  const act = (
    operationId: string,
    summary: string,
    shape: ShapeName,
    parameters: Json[],
    codes: readonly ErrorCode[],
    body: ShapeName = 'Action',
  ): Json => post(operationId, summary, answer(summary, shape), parameters, codes, body)
  const send = (
    operationId: string,
    summary: string,
    type: string,
    parameters: Json[],
    codes: readonly ErrorCode[],
    body: ShapeName,
  ): Json => {
    return post(operationId, summary, file(summary, type), parameters, codes, body)
  }
  const fetch = (
    operationId: string,
    summary: string,
    type: string,
    parameters: Json[],
    codes: readonly ErrorCode[],
  ): Json => ({
    get: {
      ...base,
      operationId,
      summary,
      parameters,
      responses: { 200: file(summary, type), ...problems.of(['ops.unauthorised', ...codes]) },
    },
  })
  const post = (
    operationId: string,
    summary: string,
    success: Json,
    parameters: Json[],
    codes: readonly ErrorCode[],
    body: ShapeName,
  ): Json => ({
    post: {
      ...base,
      operationId,
      summary,
      parameters,
      requestBody: { required: true, content: { 'application/json': { schema: ref('schemas', body) } } },
      responses: {
        200: success,
        ...problems.of(['ops.unauthorised', 'ops.reason', 'body.too-large', 'body.incomplete', ...codes]),
      },
    },
  })
  return { read, act, send, fetch }
}

const file = (description: string, type: string): Json => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
})
