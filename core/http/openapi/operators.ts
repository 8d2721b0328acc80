// What operators ask and do under /ops, and what watches the process.
import { archivePaths } from './archive.ts'
import { coveragePaths } from './coverage.ts'
import { deadPaths } from './dead.ts'
import { evidencePaths } from './evidence.ts'
import { answer, inPath, inQuery, type Json, type Problems } from './parts.ts'
import { reconciliationPaths } from './reconciliations.ts'
import { supplementPaths } from './supplements.ts'
import { operatorVerbs } from './verbs.ts'

const limit = { type: 'integer', minimum: 1, maximum: 500, default: 20 }
const messageId = { type: 'string', format: 'uuid' }

/** Paths of the operator API. */
export function operatorPaths(problems: Problems): Record<string, Json> {
  const { read, act } = operatorVerbs(problems)
  return {
    '/ops/systems': read(
      'ops-systems',
      'Counts for each system and department / 各系统与部门计数',
      'Systems',
    ),
    '/ops/health': read(
      'ops-health',
      'Every fact of health, with its limit and what to do / 全部健康项、界限与处理办法',
      'HealthReport',
    ),
    ...deadPaths(problems),
    ...evidencePaths(problems),
    ...reconciliationPaths(problems),
    ...coveragePaths(problems),
    ...supplementPaths(problems),
    ...archivePaths(problems),
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
      ['request.not-found', 'message.archived'],
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
export function publicPaths(problems: Problems): Record<string, Json> {
  const read = (operationId: string, summary: string, responses: Json): Json => ({
    get: { operationId, summary, tags: ['health'], security: [], responses },
  })
  return {
    '/healthz': read('health', 'The process lives / 进程存活', { 200: answer('alive / 存活', 'Health') }),
    '/readyz': read('ready', 'Whether it can accept now / 是否可受理', {
      200: answer('it can / 可受理', 'Ready'),
      503: answer('it cannot: stopping, or no ledger / 不可受理', 'Ready'),
    }),
    '/metrics': read('metrics', 'Metrics for Prometheus / Prometheus 指标', {
      200: {
        description: 'text format 0.0.4',
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
      ...problems.of(['ops.unauthorised']),
    }),
    '/openapi.json': read('openapi', 'This document / 本文档', {
      200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    }),
  }
}
