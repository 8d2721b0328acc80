// Scalars inside expressions: one text or number, or each of a list.
import { fail, INVALID, isAbsent, type Run, scalarText } from '../run.ts'
import { type Compiled, labelOf } from './scope.ts'

/** Notes that a scalar was expected. */
export function failScalar(run: Run, at: string): typeof INVALID {
  return fail(run, at, 'type', '应为单个文本或数值', 'a single text or number is needed')
}

/** Applies a conversion to a scalar, or to each scalar of a list; undefined from it means the scalar is wrong. */
export function mapScalar(
  source: Compiled,
  convert: (text: string, item: unknown, run: Run) => unknown,
): Compiled['read'] {
  const one = (value: unknown, item: unknown, run: Run): unknown => {
    if (value === INVALID || isAbsent(value)) return value
    const scalar = scalarText(value)
    return scalar === undefined ? failScalar(run, labelOf(source, run)) : convert(scalar, item, run)
  }
  const each = (list: readonly unknown[], item: unknown, run: Run): unknown => {
    const result: unknown[] = []
    let isWrong = false
    for (let i = 0; i < list.length; i++) {
      const mark = run.issues.length
      const value = one(list[i], item, run)
      if (value === INVALID) isWrong = true
      // what was left out leaves no hole
      else if (value !== undefined) result.push(value)
      if (source.isCut !== true && run.issues.length > mark) indexIssues(run, mark, labelOf(source, run), i)
    }
    return isWrong ? INVALID : result
  }
  return (item, run) => {
    const value = source.read(item, run)
    return Array.isArray(value) ? each(value, item, run) : one(value, item, run)
  }
}

/** Issues of one element of a list are told at that element; of a wildcard's flat list no index is known. */
function indexIssues(run: Run, mark: number, label: string, index: number): void {
  for (let i = mark; i < run.issues.length; i++) {
    const issue = run.issues[i]
    if (issue?.path === label && !label.includes('[*]'))
      run.issues[i] = { ...issue, path: `${label}[${index}]` }
  }
}
