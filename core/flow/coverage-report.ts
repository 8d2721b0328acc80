// The coverage report a bureau files. It names departments, items and systems, and nobody.
import type { Group } from '../ledger/coverage.ts'
import { localTime } from '../time.ts'
import type { Coverage } from './coverage.ts'
import { byteOrderMark, csvRows } from './report-csv.ts'

const groupHeads: Readonly<Record<Group, string>> = {
  department: '部门 department',
  item: '事项 item',
  day: '日期 day',
  system: '目标系统 target',
}

/** Heads of the counts, in their order. */
const heads = [
  '受理 accepted',
  '送达 delivered',
  '送达率 share %',
  '死信 dead',
  '跳过 skipped',
  '未完成 open',
  '有承诺时限 promised',
  '超期 late',
]

/** A share in percent with two decimals, cut and not rounded: 100 is all of them. */
export function percent(share: number): string {
  return (Math.floor(share * 10_000) / 100).toFixed(2)
}

/** The report as CSV. */
export function coverageCsv({ from, to, by, system, countedAt, lines }: Coverage): string {
  const facts = [
    ['起始 from', from],
    ['截止 to', to],
    ...(system === undefined ? [] : [['目标系统 target', system]]),
    ['统计截至 as of', localTime(countedAt ?? new Date())],
  ]
  const group = groupHeads[by]
  const target = by === 'system' ? [] : [groupHeads.system]
  const header = [group, '名称 title', ...target, ...heads]
  const rows = lines.map((line) => [
    line.group,
    line.title ?? '',
    ...(by === 'system' ? [] : [line.system]),
    line.accepted,
    line.delivered,
    percent(line.share),
    line.dead,
    line.skipped,
    line.open,
    line.promised,
    line.late,
  ])
  return byteOrderMark + csvRows([...facts, [], header, ...rows])
}
