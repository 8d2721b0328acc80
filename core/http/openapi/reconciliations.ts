// Operations on reconciliations.
import { csvType } from '../reconciliations.ts'
import { inPath, inQuery, type Json, type Problems } from './parts.ts'
import { operatorVerbs } from './verbs.ts'

const id = inPath('id', '`id` of a reconciliation / 对账编号', { type: 'string', format: 'uuid' })

/** Their paths under /ops. */
export function reconciliationPaths(problems: Problems): Record<string, Json> {
  const { read, act, fetch } = operatorVerbs(problems)
  const list = read(
    'ops-reconciliations',
    'Reconciliations, newest first / 对账列表',
    'Reconciliations',
    [
      inQuery('system', 'only of this system / 仅该系统'),
      inQuery('day', 'only of this day, yyyy-MM-dd / 仅该日期', { type: 'string', format: 'date' }),
      inQuery('limit', 'how many / 条数', { type: 'integer', minimum: 1, maximum: 500, default: 50 }),
    ],
    ['ops.request'],
  )
  const begin = act(
    'ops-reconcile',
    'Begin to compare a day with what a system received; audited / 发起对账（留痕）',
    'Reconciliation',
    [],
    ['ops.request', 'reconcile.none'],
    'ReconcileWish',
  )
  return {
    '/ops/reconciliations': { ...list, ...begin },
    '/ops/reconciliations/{id}': read(
      'ops-reconciliation',
      'A reconciliation with its differences, page by page / 对账结果与差异（分页）',
      'ReconciliationReport',
      [
        id,
        inQuery('after', '`next` of the page before / 上一页的 next'),
        inQuery('limit', 'how many differences / 差异条数', {
          type: 'integer',
          minimum: 1,
          maximum: 500,
          default: 500,
        }),
      ],
      ['request.not-found', 'ops.request'],
    ),
    '/ops/reconciliations/{id}/report.csv': fetch(
      'ops-reconciliation-report',
      'The report a bureau files / 对账报告',
      csvType,
      [id],
      ['request.not-found'],
    ),
    '/ops/reconciliations/{id}/resend': act(
      'ops-resend',
      'Send again what is missing, where its key has not gone on; audited / 补发缺失记录（留痕）',
      'Resent',
      [id],
      ['request.not-found', 'ops.state'],
    ),
  }
}
