// A preview as it is shown: personal data masked, and for people one value with its sources under the other.
import { classOf, maskText, maskValue } from '../../core/mapping/mask.ts'
import type { Preview, PreviewSource, PreviewValue } from '../../core/mapping/preview/types.ts'
import type { PersonalPath } from '../../core/mapping/schema/schema.ts'
import { pad } from './output.ts'

/** A preview without what must not be seen. */
export type Shown = Omit<Preview, 'privacy'> & { masked: boolean }

/** Masks what the tables call personal, whatever of it was copied elsewhere, and what looks like it. */
export function masked({ privacy, results, unused, ...rest }: Preview, plain: boolean): Shown {
  if (plain) return { ...rest, results, unused, masked: false }
  const mask = (value: unknown, path: string, personal: readonly PersonalPath[]): unknown => {
    if (Array.isArray(value)) return value.map((each) => mask(each, path, personal))
    if (typeof value === 'object' && value !== null)
      return JSON.parse(maskText(JSON.stringify(value), privacy.known))
    const kind = classOf(path.replace(/\[\d+\]/g, '[*]'), personal)
    if (kind !== undefined && value !== undefined) return maskValue(String(value), kind)
    return typeof value === 'string' ? maskText(value, privacy.known) : value
  }
  const maskSource = (source: PreviewSource): PreviewSource =>
    source.value === undefined
      ? source
      : { ...source, value: mask(source.value, source.path, privacy.source) }
  return {
    ...rest,
    masked: true,
    unused: unused.map(maskSource),
    results: results.map(({ values, gaps }) => ({
      gaps,
      values: values.map((each) => ({
        ...each,
        value: mask(each.value, each.path, privacy.target),
        sources: each.sources.map(maskSource),
        conditions: each.conditions.map(maskSource),
      })),
    })),
  }
}

/** The preview for people. */
export function previewText(shown: Shown): string {
  const { mapping, file, ok, error, detail, issues, misfits, results, unused } = shown
  const lines = results.flatMap(({ values, gaps }, i) => [
    results.length > 1 ? `${mapping}: record 记录 ${i + 1}` : mapping,
    ...values.flatMap((value) => valueLines(value, file)),
    ...(gaps.length > 0 ? ['', 'empty / 未填:'] : []),
    ...gaps.map(
      ({ target, zh, line, reason }) =>
        `  ${pad(target, 28)} ${zh}  ${reason.en} / ${reason.zh}  (${file}:${line})`,
    ),
    '',
  ])
  if (unused.length > 0) {
    lines.push('not used / 未使用:', ...unused.map((source) => `  ${sourceText(source)}`), '')
  }
  if (misfits.length > 0) {
    lines.push('the document is not as its canonical type demands / 数据不符合标准类型:')
    for (const { path, rule, en, zh } of misfits) lines.push(`  ${path}: [${rule}] ${en} / ${zh}`)
    lines.push('')
  }
  if (!ok) lines.push(`✗ refused / 被拒绝: ${error}${detail === undefined ? '' : ` (${detail})`}`)
  for (const { path, rule, en, zh, line } of issues) {
    lines.push(`  ${path}: [${rule}] ${en} / ${zh}${line === undefined ? '' : `  (${file}:${line})`}`)
  }
  return `${lines.join('\n').trimEnd()}\n`
}

// sources shown of one value: a joined text may have hundreds
const most = 6

function valueLines({ path, zh, value, means, kind, line, sources, conditions }: PreviewValue, file: string) {
  const named = means === undefined ? '' : ` ${means}`
  const from = sources.length === 0 ? '' : `${list(sources)}  `
  const decided = conditions.length === 0 ? '' : `when 条件 ${list(conditions)}  `
  return [
    `  ${pad(path, 28)} ${cut(JSON.stringify(value))}${named}  ${zh}`.trimEnd(),
    `      ← ${from}${decided}(${kind}, ${file}:${line})`,
  ]
}

function list(sources: readonly PreviewSource[]): string {
  const told = sources.slice(0, most).map(sourceText).join(', ')
  return sources.length > most ? `${told}, … ${sources.length - most} more 其余` : told
}

function sourceText({ path, value }: PreviewSource): string {
  return value === undefined ? path : `${path} = ${cut(JSON.stringify(value))}`
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}… (${text.length})` : text
}
