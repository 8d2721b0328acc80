// Problems of files as a person reads them: place, rule, both languages, related places, and the line with a caret.

import type { Files } from '../../core/flow/bundle.ts'
import type { Problem } from '../../core/yaml.ts'
import { width } from './output.ts'

/** `file:line:column: error[rule]: English / 中文`, related places below, then the source line. */
export function problemText(problem: Problem, files: Files): string {
  const { file, line, column, severity, rule, en, zh, related = [] } = problem
  const others = related.map((other) => {
    return `    ${other.file}:${other.line}:${other.column}: ${other.en} / ${other.zh}\n`
  })
  return `${file}:${line}:${column}: ${severity}[${rule}]: ${en} / ${zh}\n${others.join('')}${excerpt(files[file], line, column)}`
}

function excerpt(text: string | undefined, line: number, column: number): string {
  const source = text?.split(/\r?\n/)[line - 1]
  if (source === undefined || source.trim() === '') return ''
  const margin = `${String(line).padStart(5)} | `
  const before = source.slice(0, column - 1)
  // a tab stays a tab, so that the caret stands under its character
  const blank = [...before].map((character) => (character === '\t' ? '\t' : ' '.repeat(width(character))))
  return `${margin}${source}\n${' '.repeat(5)} | ${blank.join('')}^\n`
}

/** How many there are of each. */
export function countProblems(problems: readonly Problem[]): { errors: number; warnings: number } {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return { errors, warnings: problems.length - errors }
}
