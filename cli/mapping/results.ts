// Results of cases as a person and a program read them.
import type { Result } from './suite.ts'

/** The document of `--json`. */
export function resultsJson(results: readonly Result[]) {
  const { passed, failed } = count(results)
  return { ok: failed.length === 0, passed, failed: failed.length, results }
}

/** Every failed case with its differences, and how many there are. */
export function resultsText(results: readonly Result[]): string {
  const { passed, failed } = count(results)
  const mark = failed.length === 0 ? '✓' : '✗'
  const sum = `${mark} ${passed} passed, ${failed.length} failed / 通过 ${passed}，失败 ${failed.length}\n`
  return failed.map(resultText).join('') + sum
}

function count(results: readonly Result[]): { passed: number; failed: Result[] } {
  const failed = results.filter(({ ok }) => !ok)
  return { passed: results.length - failed.length, failed }
}

function resultText({ of, case: title, file, line, message, differences }: Result): string {
  const head = `✗ ${file}:${line}: ${of}: ${title}\n`
  if (differences.length === 0) return `${head}${message.replace(/^/gm, '    ')}\n`
  const fields = differences.map(
    ({ path, expected, got }) =>
      `    ${path === '' ? '(all)' : path}\n      expected 应为 ${show(expected)}\n      got      实为 ${show(got)}\n`,
  )
  return head + fields.join('')
}

function show(value: unknown): string {
  return value === undefined ? '—' : JSON.stringify(value)
}
