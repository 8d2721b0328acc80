// What becomes of each target of a proposal: a line that is sure, a gap that somebody must decide, or nothing.
import { convert } from './convert.ts'
import type { Source } from './leaf.ts'
import type { Match } from './match.ts'
import type { Row } from './propose.ts'
import type { Line } from './translate.ts'

/** A target with its line, or why there is none; lists of objects have their members. */
export type Outcome = {
  match: Match
  /** `rows[*].no` inside lists */
  path: string
  line: Line
  members: readonly Outcome[]
  /** it must be there: its parents are required, or another line of its object stands */
  required: boolean
}

/** One target with what was decided, for tools. */
export type Decision = {
  target: string
  zh: string
  required: boolean
  /** `gap`: fill it or delete it, the checker refuses the file until then; `none`: the source has nothing for it */
  state: 'sure' | 'gap' | 'none'
  /** source path of a sure line */
  source?: string
  score?: number
  why: string
  candidates: { source: string; score: number }[]
}

/** Decides every row. `map`: name of the department's maps in code tables. */
export function decideRows(rows: readonly Row[], map: string | undefined): Outcome[] {
  return withBranches(rows.map((row) => outcomeOf(row, row.target.path, map)))
}

function outcomeOf(row: Row, path: string, map: string | undefined): Outcome {
  const base = { match: row, path, members: [], required: row.target.required }
  if (row.chosen === undefined) return { ...base, line: { gap: row.doubt, proposal: [] } }
  if (!row.sure)
    return { ...base, line: { gap: row.doubt, proposal: proposalOf(row.chosen.source, row, map) } }
  if (row.members === undefined) return { ...base, line: convert(row.chosen.source, row.target, map) }
  const members = withBranches(
    row.members.map((member) => {
      const inner = { ...member, members: undefined }
      return outcomeOf(inner, `${path}[*].${member.target.path}`, map)
    }),
  )
  if (!members.some(isSure)) return { ...base, line: { gap: 'no member of the list is sure', proposal: [] } }
  return { ...base, line: { text: '' }, members }
}

/** What the line would be if the pair were right. */
function proposalOf(source: Source, { target, members }: Row, map: string | undefined): readonly string[] {
  if (members !== undefined) return []
  const line = convert(source, target, map)
  return 'text' in line ? [line.text] : line.proposal
}

/** What an object demands is required as soon as another line of the object stands. */
function withBranches(outcomes: readonly Outcome[]): Outcome[] {
  const parent = ({ match }: Outcome): string =>
    match.target.path.slice(0, match.target.path.lastIndexOf('.') + 1)
  const sure = outcomes.filter(isSure)
  return outcomes.map((one) => {
    const isDemanded =
      one.match.target.req === 'Y' && sure.some(({ match }) => match.target.path.startsWith(parent(one)))
    return { ...one, required: one.required || isDemanded }
  })
}

/** Whether there is a line for it. */
export function isSure({ line }: Outcome): boolean {
  return 'text' in line
}

// below it a likeness is worth a word, but no decision
const WORTH = 0.55

/** Whether somebody must decide it: it is required, or a source that no sure line takes may well be meant for it. */
export function isGap(one: Outcome, among: readonly Outcome[]): boolean {
  if (isSure(one)) return false
  const taken = new Set(among.filter(isSure).map(({ match }) => match.chosen?.source))
  return (
    one.required || one.match.candidates.some(({ source, score }) => score >= WORTH && !taken.has(source))
  )
}

/** Every outcome for tools, members behind their lists. */
export function decisionsOf(outcomes: readonly Outcome[]): Decision[] {
  return outcomes.flatMap((one) => [decisionOf(one, outcomes), ...decisionsOf(one.members)])
}

function decisionOf(one: Outcome, among: readonly Outcome[]): Decision {
  const { match, path, line, required } = one
  const { chosen, candidates, target } = match
  const sure = isSure(one)
  return {
    target: path,
    zh: target.said.zh,
    required,
    state: sure ? 'sure' : isGap(one, among) ? 'gap' : 'none',
    ...(sure && chosen !== undefined ? { source: chosen.source.path } : {}),
    ...(chosen === undefined ? {} : { score: round(chosen.score) }),
    why: 'gap' in line ? line.gap : (chosen?.why ?? ''),
    candidates: candidates.map(({ source, score }) => ({ source: source.path, score: round(score) })),
  }
}

const round = (score: number): number => Math.round(score * 100) / 100
