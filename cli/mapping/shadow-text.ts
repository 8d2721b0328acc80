// The report of a shadow run as a person reads it: by mapping and field, most frequent first, with masked samples.
import type { ShadowReport } from '../../core/flow/shadow.ts'
import type { ShadowField, ShadowMapping } from '../../core/flow/shadow-tally.ts'
import { pad } from './output.ts'

const kinds: Readonly<Record<ShadowField['kind'], string>> = {
  added: 'added 新增',
  removed: 'removed 消失',
  changed: 'changed 变化',
  refused: 'refused 现被拒绝',
  allowed: 'allowed 不再拒绝',
}

/** The whole report; `isSame`: everything was judged and nothing differs. */
export function reportText(report: ShadowReport, isSame: boolean): string {
  const { complete, messages, deliveries, different, notes } = report
  const lines = report.mappings.filter((mapping) => mapping.different > 0).flatMap(mappingLines)
  const same = report.mappings.filter((mapping) => mapping.different === 0)
  if (same.length > 0)
    lines.push(`no difference / 无差异: ${same.map(({ mapping }) => mapping).join(', ')}`, '')
  if (notes.waiting > 0) lines.push(`${notes.waiting} deliveries wait for another step / 等待其他步骤结果`)
  if (notes.unknown > 0) lines.push(`${notes.unknown} messages have no way in any more / 找不到接入映射`)
  if (notes.lost > 0) lines.push(`${notes.lost} messages lost their files / 找不到当时的配置`)
  if (notes.unreproduced > 0) {
    lines.push(
      `${notes.unreproduced} messages: this program no longer gives what was stored / 无法重现当时的结果`,
    )
  }
  if (!complete) lines.push('ended early: this is not everything / 提前结束，结果不完整')
  const mark = isSame ? '✓' : '✗'
  lines.push(
    `${mark} ${messages} messages, ${deliveries} deliveries: ${different} documents differ / ${messages} 条消息，${deliveries} 次投递：${different} 份结果不同`,
  )
  return `${lines.join('\n')}\n`
}

function mappingLines({ mapping, direction, documents, different, fields }: ShadowMapping): string[] {
  const side = direction === 'intake' ? 'intake 接入' : 'delivery 投递'
  return [
    `${mapping} (${side}): ${different} of ${documents} differ / ${documents} 份中 ${different} 份不同`,
    ...fields.flatMap(fieldLines),
    '',
  ]
}

function fieldLines({ field, kind, rule, en, zh, count, share, samples }: ShadowField): string[] {
  const why = rule === undefined ? '' : `  [${rule}] ${en === undefined ? '' : `${en} / ${zh}`}`
  const head = `  ${pad(field, 28)} ${pad(kinds[kind], 18)} ${String(count).padStart(7)}  ${(share * 100).toFixed(1).padStart(5)} %${why}`
  const values = ({ before, after }: ShadowField['samples'][number]): string =>
    before === undefined && after === undefined ? '' : `: ${before ?? '—'} → ${after ?? '—'}`
  return [
    head.trimEnd(),
    ...samples.map((sample) => `      ${sample.message} ${sample.step ?? ''}${values(sample)}`.trimEnd()),
  ]
}
