// The report of a shadow run as a person reads it: by mapping and field, most frequent first, with masked samples.
import type { ShadowReport } from '../../core/flow/shadow.ts'
import type { ShadowField, ShadowMapping } from '../../core/flow/shadow-tally.ts'
import { pad, plural } from './output.ts'

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
    lines.push(`no difference / 无差异 (${same.length}):`, ...wrap(same.map(({ mapping }) => mapping)), '')
  if (notes.waiting > 0)
    lines.push(`deliveries that wait for another step / 等待其他步骤结果的投递: ${notes.waiting}`)
  if (notes.unknown > 0)
    lines.push(`messages whose way in is not known / 找不到接入映射的消息: ${notes.unknown}`)
  if (notes.lost > 0) lines.push(`messages that lost their files / 找不到当时配置的消息: ${notes.lost}`)
  if (notes.unreproduced > 0) {
    lines.push(
      `messages for which this program no longer gives what was stored / 无法重现当时结果的消息: ${notes.unreproduced}`,
    )
  }
  if (!complete) lines.push('ended early: this is not everything / 提前结束，结果不完整')
  const mark = isSame ? '✓' : '✗'
  const verdict = different === 0 ? 'nothing differs' : `${plural(different, 'document')} not as before`
  lines.push(
    `${mark} ${verdict} (${plural(messages, 'message')}, ${deliveries.toLocaleString('en')} deliveries) / ${messages} 条消息、${deliveries} 次投递，${different} 份结果不同`,
  )
  return `${lines.join('\n')}\n`
}

/** Names in lines of a readable length. */
function wrap(names: readonly string[]): string[] {
  const lines: string[] = []
  for (const name of names) {
    const last = lines.at(-1)
    if (last === undefined || last.length + name.length > 98) lines.push(`  ${name}`)
    else lines[lines.length - 1] = `${last}, ${name}`
  }
  return lines
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
