// The proposed files as YAML text: a schema, and a mapping whose every line says how sure it is and why. What is not
// sure is a comment, so that a required gap makes the checker refuse the file until somebody has filled it.
import type { Field } from '../schema/field.ts'
import { convert } from './convert.ts'
import { type Draft, type DraftField, typeText } from './draft.ts'
import type { Target } from './leaf.ts'
import type { Match } from './match.ts'
import type { Proposal, Row } from './propose.ts'
import { flow, remark } from './yaml-text.ts'

/** One target with what was decided, for tools. */
export type Decision = {
  target: string
  zh: string
  required: boolean
  /** required within its object */
  demanded: boolean
  state: 'sure' | 'gap'
  /** source path of a sure line */
  source?: string
  score?: number
  why: string
  candidates: { source: string; score: number }[]
}

/** Text of a schema file. */
export function writeSchema(draft: Draft): string {
  const head = [
    `# Draft by qiao mapping scaffold from a ${remark(draft.origin)}; check it against the interface document. 草稿，须与接口文档核对。`,
    ...(/sample/.test(draft.origin)
      ? ['# A sample cannot tell lengths, nor what is required: both are guesses. 长度与必填为推测。']
      : []),
    `title: ${JSON.stringify(draft.title)}`,
    ...(draft.root === undefined ? [] : [`root: ${flow(draft.root)}`]),
    'fields:',
  ]
  return `${[...head, ...draft.fields.flatMap((field) => writeField(field, '  '))].join('\n')}\n`
}

function writeField(field: DraftField, indent: string): string[] {
  const { name, zh, req, notes } = field
  const comment = notes.length > 0 ? ` # ${remark([...new Set(notes)].join('; '))}` : ''
  const base = [`name: ${flow(name)}`, ...(zh === '' ? [] : [`zh: ${JSON.stringify(zh)}`])]
  if (field.fields !== undefined && field.fields.length > 0) {
    const rows = field.fields.flatMap((each) => writeField(each, `${indent}    `))
    const lines = [...base, `type: ${field.type.kind}`, `req: ${req}`].map(
      (line, i) => `${indent}${i === 0 ? '- ' : '  '}${line}`,
    )
    return [`${lines[0]}${comment}`, ...lines.slice(1), `${indent}  fields:`, ...rows]
  }
  const parts = [...base, ...typeParts(field), `req: ${req}`]
  if (field.codes !== undefined) parts.push(`codes: ${flow(field.codes)}`)
  if (field.personal !== undefined) parts.push(`personal: ${field.personal}`)
  return [`${indent}- { ${parts.join(', ')} }${comment}`]
}

function typeParts({ type, item }: DraftField): string[] {
  if (type.kind === 'list')
    return item === undefined ? ['type: any'] : ['type: list', `of: ${flow(typeText(item.type))}`]
  if ('format' in type) {
    const usual = type.format === (type.kind === 'date' ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss')
    return [`type: ${type.kind}`, ...(usual ? [] : [`format: ${JSON.stringify(type.format)}`])]
  }
  const text = typeText(type)
  return [`type: ${text.includes(',') ? JSON.stringify(text) : text}`]
}

/** Text of a mapping file and the decisions in it. `map`: name of the department's maps. */
export function writeMapping(
  draft: Draft,
  proposal: Proposal,
  names: { from: string; to: string; map: string | undefined },
): { text: string; decisions: Decision[] } {
  const decisions: Decision[] = []
  const body = proposal.rows.flatMap((row) => writeRow(row, '  ', names.map, decisions, ''))
  needBranches(decisions)
  const gaps = decisions.filter(({ state, required }) => state === 'gap' && required).length
  const head = [
    `# Draft by qiao mapping scaffold. The number behind a line is how sure it is, 0 to 1. 草稿：行尾数字为置信度。`,
    `# Lines marked GAP 待补 are yours to fill; ${gaps} of them are required, and the checker refuses the file until they are.`,
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
  return { text: `${[...head, ...body, ...rest].join('\n')}\n`, decisions }
}

/** A gap that its object demands is required as soon as another line of the object stands. */
function needBranches(decisions: readonly Decision[]): void {
  const parent = (path: string): string => path.slice(0, path.lastIndexOf('.') + 1)
  for (const gap of decisions) {
    if (gap.state === 'sure' || !gap.demanded || gap.required) continue
    gap.required = decisions.some(
      ({ state, target }) => state === 'sure' && target.startsWith(parent(gap.target)),
    )
  }
}

function writeRow(
  row: Row,
  indent: string,
  map: string | undefined,
  decisions: Decision[],
  prefix: string,
): string[] {
  const { target, chosen, sure, members } = row
  const path = prefix + target.path
  if (!sure || chosen === undefined) {
    decisions.push(decide(row, path, 'gap', row.doubt))
    return gapLines(row, row.doubt, [], indent)
  }
  if (members !== undefined) return writeEach(row, members, indent, map, decisions)
  const line = convert(chosen.source, target, map)
  if ('gap' in line) {
    decisions.push(decide(row, path, 'gap', line.gap))
    return gapLines(row, line.gap, line.proposal, indent)
  }
  decisions.push(decide(row, path, 'sure', chosen.why))
  return [`${indent}${flow(target.path)}: ${line.text} # ${chosen.score.toFixed(2)} ${remark(chosen.why)}`]
}

function writeEach(
  row: Row,
  members: readonly Match[],
  indent: string,
  map: string | undefined,
  decisions: Decision[],
): string[] {
  const { target, chosen } = row
  const inner: Decision[] = []
  const lines = members.flatMap((member) =>
    writeRow({ ...member, members: undefined }, `${indent}    `, map, inner, `${target.path}[*].`),
  )
  if (chosen === undefined || !inner.some(({ state }) => state === 'sure')) {
    decisions.push(decide(row, target.path, 'gap', 'no member of the list is sure'))
    return gapLines(row, 'no member of the list is sure', [], indent)
  }
  decisions.push(decide(row, target.path, 'sure', chosen.why), ...inner)
  return [
    `${indent}${flow(target.path)}: # ${chosen.score.toFixed(2)} ${remark(chosen.why)}`,
    `${indent}  each: ${flow(chosen.source.path)}`,
    `${indent}  fields:`,
    ...lines,
  ]
}

function decide(row: Match, target: string, state: 'sure' | 'gap', why: string): Decision {
  const { chosen, candidates } = row
  return {
    target,
    zh: row.target.said.zh,
    required: row.target.required,
    demanded: row.target.req === 'Y',
    state,
    ...(state === 'sure' && chosen !== undefined ? { source: chosen.source.path } : {}),
    ...(chosen === undefined ? {} : { score: round(chosen.score) }),
    why,
    candidates: candidates.map(({ source, score }) => ({ source: source.path, score: round(score) })),
  }
}

const round = (score: number): number => Math.round(score * 100) / 100

function gapLines(
  { target, candidates }: Match,
  doubt: string,
  proposal: readonly string[],
  indent: string,
): string[] {
  const told = [target.said.zh, fieldType(target.field), need(target)]
    .filter((part) => part !== '')
    .join(', ')
  const near = candidates.map(({ source, score }) => `${source.path} ${score.toFixed(2)}`).join(', ')
  return [
    `${indent}# GAP 待补: ${target.path} (${remark(told)}) – candidates: ${near === '' ? 'none' : near}; ${remark(doubt)}`,
    ...proposal.map(
      (line) => `${indent}#   ${line.startsWith('codes/') ? line : `${flow(target.path)}: ${line}`}`,
    ),
  ]
}

function need({ required, req }: Target): string {
  if (required) return 'required'
  return req === 'Y' ? 'required in its object' : req === 'C' ? 'required under a condition' : ''
}

function fieldType({ type, codes }: Field): string {
  return `${typeText(type)}${codes === undefined ? '' : ` ${codes.name}`}`
}
