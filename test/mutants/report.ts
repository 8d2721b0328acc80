// The figures of a run, as a table for people and as numbers for machines.
import { formatProblem } from '../../core/yaml.ts'
import type { Outcome, Result } from './run.ts'

export type Figures = {
  generated: number
  effective: number
  caught: number
  rightLine: number
  falseErrors: number
}

/** Only effective mutants count as caught. */
export function figuresOf({ outcomes, falseErrors }: Pick<Result, 'outcomes' | 'falseErrors'>): Figures {
  const effective = outcomes.filter(({ reason }) => reason !== undefined)
  return {
    generated: outcomes.length,
    effective: effective.length,
    caught: effective.filter(({ caught }) => caught).length,
    rightLine: effective.filter(({ rightLine }) => rightLine).length,
    falseErrors: falseErrors.length,
  }
}

/** At least 500 effective mutants, 99 % of them refused at the right line, and no false error. */
export function isGood({ effective, caught, rightLine, falseErrors }: Figures): boolean {
  return effective >= 500 && caught >= effective * 0.99 && rightLine >= effective * 0.99 && falseErrors === 0
}

const place = ({ mutant }: Outcome): string => `${mutant.file}:${mutant.line} ${mutant.description}`

/** One line a kind. */
export function table(result: Result): string {
  const kinds = [...new Set(result.outcomes.map(({ mutant }) => mutant.kind))]
  const width = Math.max(...kinds.map((kind) => kind.length), 5)
  const line = (name: string, { generated, effective, caught, rightLine }: Figures): string =>
    `${name.padEnd(width)} ${[generated, effective, caught, rightLine].map((n) => String(n).padStart(9)).join(' ')}`
  const head = `${''.padEnd(width)} ${['generated', 'effective', 'caught', 'rightLine'].map((word) => word.padStart(9)).join(' ')}`
  const rows = kinds.map((kind) =>
    line(
      kind,
      figuresOf({ outcomes: result.outcomes.filter(({ mutant }) => mutant.kind === kind), falseErrors: [] }),
    ),
  )
  return [
    head,
    ...rows,
    line('all', figuresOf(result)),
    `false errors: ${result.falseErrors.length} (the shipped files and ${result.harmless} harmless changes)`,
  ].join('\n')
}

/** Effective mutants that pass, those told at another line, and false errors; Markdown. */
export function survivors({ outcomes, falseErrors }: Result): string {
  const effective = outcomes.filter(({ reason }) => reason !== undefined)
  const passed = effective.filter(({ caught }) => !caught)
  const misplaced = effective.filter(({ caught, rightLine }) => caught && !rightLine)
  const told = (outcome: Outcome): string =>
    `- ${place(outcome)}\n  lines ${outcome.mutant.lines.join(', ')}; told: ${outcome.errors.slice(0, 2).map(formatProblem).join(' ¦ ')}`
  return [
    section('Pass unseen', passed, (outcome) => `- ${place(outcome)}\n  effect: ${outcome.reason}`),
    section('Refused at another line', misplaced, told),
    `## False errors (${falseErrors.length})\n`,
    ...falseErrors.map(
      ({ what, errors }) => `- ${what}\n  ${errors.slice(0, 3).map(formatProblem).join('\n  ')}`,
    ),
  ].join('\n')
}

function section(title: string, list: readonly Outcome[], write: (outcome: Outcome) => string): string {
  const kinds = [...new Set(list.map(({ mutant }) => mutant.kind))]
  const groups = kinds.map((kind) => {
    const own = list.filter(({ mutant }) => mutant.kind === kind)
    return `### ${kind} (${own.length})\n${own.map(write).join('\n')}\n`
  })
  return `## ${title} (${list.length})\n\n${groups.join('\n')}`
}

/** Mutants no input shows a difference for, by kind. */
export function ineffective({ outcomes }: Result): string {
  return section(
    'No output changes',
    outcomes.filter(({ reason }) => reason === undefined),
    (outcome) => `- ${place(outcome)}${outcome.caught ? ' (refused)' : ''}`,
  )
}
