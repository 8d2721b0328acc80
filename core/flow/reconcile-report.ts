// The report of a reconciliation that a bureau files: counts first, then every difference. It names records, and nobody.
import type { DifferenceRow, RunRow } from '../ledger/reconcile.ts'
import { localTime } from '../time.ts'
import { byteOrderMark, csvRows } from './report-csv.ts'

const kinds = {
  missing: '平台缺失 missing',
  extra: '平台多出 extra',
  different: '内容不一致 different',
  count: '数量不一致 count',
} as const
const resolutions: Readonly<Record<string, string>> = {
  resent: '已补发 sent again',
  later: '同一办件已有后续投递，须人工处理 its key went on',
  gone: '投递状态已变化 not delivered any more',
}

/** CSV as it comes, for a report has any length. */
export async function* reportCsv(
  run: RunRow,
  differences: AsyncIterable<readonly DifferenceRow[]>,
): AsyncGenerator<string> {
  const facts: [string, string | number][] = [
    ['对账编号 run', run.id],
    ['系统 system', run.system],
    ['日期 day', run.day],
    ['状态 state', run.state],
    ['本方送达 delivered', run.sent],
    ['平台接收 received', run.received],
    [kinds.missing, run.missing],
    [kinds.extra, run.extra],
    [kinds.different, run.different],
    ['当日受理尚未送达 open', run.open],
    ['发起人 by', run.operator],
    ['开始 started', localTime(run.started_at)],
    ['完成 finished', run.finished_at ? localTime(run.finished_at) : ''],
    ['失败原因 failed', run.reason ?? ''],
  ]
  const header = [
    '差异 difference',
    '平台记录 record',
    '消息 message',
    '步骤 step',
    '处理 resolved',
    '本方 own',
    '平台 theirs',
  ]
  yield byteOrderMark + csvRows([...facts, [], header])
  for await (const page of differences) yield csvRows(page.map(rowOf))
}

function rowOf({ kind, name, message, step, resolved, own, theirs }: DifferenceRow): string[] {
  const done = resolved === null ? '' : (resolutions[resolved] ?? resolved)
  const numbers = [own, theirs].map((number) => String(number ?? ''))
  return [kinds[kind], name || '当日全部 whole day', message ?? '', step ?? '', done, ...numbers]
}
