// A proposal as the text of a mapping file. A gap is a line of its own, whose source is no path of any document: the
// checker refuses the file there, and shows the line with what could be meant.
import type { Field } from '../schema/field.ts'
import { type Draft, typeText } from './draft.ts'
import { type Decision, decideRows, decisionsOf, isGap, isSure, type Outcome } from './outcome.ts'
import type { Proposal } from './propose.ts'
import { flow, remark } from './yaml-text.ts'

/** What stands where a person must write the source. */
export const GAP = 'GAP待补'

/** Text of a mapping file and the decisions in it. `map`: name of the department's maps. */
export function writeMapping(
  draft: Draft,
  proposal: Proposal,
  names: { from: string; to: string; map: string | undefined },
): { text: string; decisions: Decision[] } {
  const outcomes = decideRows(proposal.rows, names.map)
  const body = writeOutcomes(outcomes, '  ')
  const head = [
    '# Draft by qiao mapping scaffold. The number behind a line is how sure it is, 0 to 1. 草稿：行尾数字为置信度。',
    `# Fill or delete each line that says ${GAP}; the checker refuses the file until then. 请逐一补全或删除，否则检查不通过。`,
    `from: ${flow(names.from)}`,
    `to: ${flow(names.to)}`,
    ...(draft.format === 'json' ? [] : [`format: ${draft.format}`]),
    ...(draft.delimiter === undefined ? [] : [`csv: { delimiter: ${JSON.stringify(draft.delimiter)} }`]),
    ...(draft.charset === 'utf-8' || draft.format === 'xml' ? [] : [`charset: ${draft.charset}`]),
    ...(proposal.split === undefined
      ? []
      : [`split: ${proposal.split === '$' ? '$' : flow(proposal.split)}`]),
    body.some((line) => !line.trim().startsWith('#')) ? 'fields:' : 'fields: {}',
  ]
  const rest = proposal.unused.map(
    ({ path, said }) => `# unused source 未用: ${path}${said.zh === '' ? '' : ` (${remark(said.zh)})`}`,
  )
  return { text: `${[...head, ...body, ...rest].join('\n')}\n`, decisions: decisionsOf(outcomes) }
}

function writeOutcomes(outcomes: readonly Outcome[], indent: string): string[] {
  return outcomes.flatMap((one) =>
    isSure(one) ? sureLines(one, indent) : gapLines(one, isGap(one, outcomes), indent),
  )
}

function sureLines({ match, line, members }: Outcome, indent: string): string[] {
  const { target, chosen } = match
  const why = `# ${chosen?.score.toFixed(2)} ${remark(chosen?.why ?? '')}`
  if (members.length === 0)
    return [`${indent}${flow(target.path)}: ${'text' in line ? line.text : ''} ${why}`]
  return [
    `${indent}${flow(target.path)}: ${why}`,
    `${indent}  each: ${flow(chosen?.source.path ?? '')}`,
    `${indent}  fields:`,
    ...writeOutcomes(members, `${indent}    `),
  ]
}

function gapLines({ match, line, required }: Outcome, isOpen: boolean, indent: string): string[] {
  const { target, candidates } = match
  const name = flow(target.path)
  const told = [target.said.zh, fieldType(target.field), need(required, target.req)]
    .filter((part) => part !== '')
    .join(', ')
  const near = candidates.map(({ source, score }) => `${source.path} ${score.toFixed(2)}`).join(', ')
  const { gap, proposal } = 'gap' in line ? line : { gap: '', proposal: [] }
  if (!isOpen) {
    const nearest = near === '' ? '' : `; nearest: ${near}`
    return [`${indent}# none 无来源: ${target.path} (${remark(told)})${nearest}`]
  }
  return [
    `${indent}${name}: ${GAP} # ${remark(told)} – candidates: ${near === '' ? 'none' : near}; ${remark(gap)}`,
    ...proposal.map((text) => `${indent}#   ${text.startsWith('codes/') ? text : `${name}: ${text}`}`),
  ]
}

function need(required: boolean, req: Field['req']): string {
  if (required) return 'required'
  return req === 'Y' ? 'required in its object' : req === 'C' ? 'required under a condition' : ''
}

function fieldType({ type, codes }: Field): string {
  return `${typeText(type)}${codes === undefined ? '' : ` ${codes.name}`}`
}
