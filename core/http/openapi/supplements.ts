// Operations on supplement tasks.
import { taskStates } from '../supplements.ts'
import { inPath, inQuery, type Json, type Problems } from './parts.ts'
import { operatorVerbs } from './verbs.ts'

const id = inPath('id', '`id` of a supplement task / 补传任务编号', { type: 'string', format: 'uuid' })

/** Their paths under /ops. */
export function supplementPaths(problems: Problems): Record<string, Json> {
  const { read, act } = operatorVerbs(problems)
  const list = read(
    'ops-supplements',
    'Supplement tasks of platforms, newest first / 补传任务',
    'Supplements',
    [
      inQuery('system', 'only of this system / 仅该系统'),
      inQuery('state', 'only in this state / 仅该状态', { type: 'string', enum: [...taskStates] }),
      inQuery('limit', 'how many / 条数', { type: 'integer', minimum: 1, maximum: 500, default: 50 }),
    ],
    ['ops.request'],
  )
  const ask = act(
    'ops-supplements-ask',
    'Ask a system for its tasks now; audited / 立即查询补传任务（留痕）',
    'SupplementsAsked',
    [],
    ['ops.request', 'supplement.none', 'supplement.away'],
    'SupplementAsk',
  )
  return {
    '/ops/supplements': { ...list, ...ask },
    '/ops/supplements/{id}': read(
      'ops-supplement',
      'A task and its records / 补传任务与记录',
      'SupplementReport',
      [
        id,
        inQuery('after', '`next` of the page before / 上一页的 next'),
        inQuery('limit', 'how many records / 条数', {
          type: 'integer',
          minimum: 1,
          maximum: 500,
          default: 500,
        }),
      ],
      ['request.not-found', 'ops.request'],
    ),
    '/ops/supplements/{id}/execute': act(
      'ops-supplement-execute',
      'Execute a task that waits for a person; audited / 执行待批准的补传任务（留痕）',
      'Supplement',
      [id],
      ['request.not-found', 'ops.state'],
    ),
  }
}
