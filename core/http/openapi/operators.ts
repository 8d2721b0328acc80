// What operators ask and do under /ops, and what watches the process.
import type { ErrorCode } from '../../errors.ts'
import { answer, inPath, inQuery, type Json, type Problems, ref } from './parts.ts'
import type { ShapeName } from './shapes.ts'

const limit = { type: 'integer', minimum: 1, maximum: 500, default: 20 }
const messageId = { type: 'string', format: 'uuid' }

/** Paths of the operator API. */
export function operatorPaths(problems: Problems): Record<string, Json> {
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
    codes: ErrorCode[],
  ): Json => ({
    post: {
      ...base,
      operationId,
      summary,
      parameters,
      requestBody: { required: true, content: { 'application/json': { schema: ref('schemas', 'Action') } } },
      responses: {
        200: answer(summary, shape),
        ...problems.of(['ops.unauthorised', 'ops.reason', 'body.too-large', 'body.incomplete', ...codes]),
      },
    },
  })
  const delivery = [
    inPath('message', 'message id / 消息编号', messageId),
    inPath('step', 'step of the flow / 流程步骤'),
  ]
  const action = inPath('action', 'skip or replay / 跳过或重发', { type: 'string', enum: ['skip', 'replay'] })
  return {
    '/ops/systems': read(
      'ops-systems',
      'Counts for each system and department / 各系统与部门计数',
      'Systems',
    ),
    '/ops/dead': read('ops-dead', 'Dead letters, oldest first / 死信', 'DeadLetters', [
      inQuery('system', 'only of this system / 仅该系统'),
    ]),
    '/ops/receipts': read('ops-receipts', 'The newest receipts / 最新回执', 'Receipts', [
      inQuery('limit', 'how many / 条数', limit),
    ]),
    '/ops/cases/{key}': read('ops-case', 'All messages of a case / 办件全部消息', 'Messages', [
      inPath('key', 'business key, mostly the case number / 业务主键，多为办件编号'),
    ]),
    '/ops/messages/{id}': read(
      'ops-message',
      'A message and its deliveries / 消息与投递',
      'Message',
      [inPath('id', 'message id / 消息编号', messageId)],
      ['request.not-found'],
    ),
    '/ops/deliveries/{message}/{step}': read(
      'ops-delivery',
      'Original, canonical and mapped form, and every attempt / 原文、标准形式、映射结果与各次投递',
      'Dossier',
      delivery,
      ['request.not-found'],
    ),
    '/ops/deliveries/{message}/{step}/{action}': act(
      'ops-resolve',
      'Skip or replay a dead delivery; audited / 跳过或重发死信（留痕）',
      'ActionDone',
      [...delivery, action],
      ['request.not-found', 'ops.state'],
    ),
    '/ops/mappings': read(
      'ops-mappings',
      'Versions of the files in use, and the last reload / 在用的映射版本与最近一次加载',
      'Mappings',
    ),
    '/ops/mappings/reload': act(
      'ops-reload',
      'Read the files again, all or nothing; audited / 重新加载映射文件（全部或不加载，留痕）',
      'Reloaded',
      [],
      ['mappings.refused'],
    ),
  }
}

/** Paths that need no signature. */
export function publicPaths(): Record<string, Json> {
  const read = (operationId: string, summary: string, responses: Json): Json => ({
    get: { operationId, summary, tags: ['health'], security: [], responses },
  })
  return {
    '/healthz': read('health', 'The process lives / 进程存活', { 200: answer('alive / 存活', 'Health') }),
    '/readyz': read('ready', 'Whether it can accept now / 是否可受理', {
      200: answer('it can / 可受理', 'Ready'),
      503: answer('it cannot: stopping, or no ledger / 不可受理', 'Ready'),
    }),
    '/openapi.json': read('openapi', 'This document / 本文档', {
      200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    }),
  }
}
