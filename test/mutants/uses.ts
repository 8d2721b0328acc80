// Which source paths an expression of a mapping reads, and where each is written.
import type { Path } from '../../core/yaml.ts'

/** `text` as it is written, `path` from the root of the source. `how` it is read decides what a wrong one would do. */
export type Use = { text: string; path: string; at: Path; how: 'path' | 'template' | 'condition' }

/** Options whose value is an expression. */
const single = ['path', 'of', 'text', 'number', 'date', 'json', 'then', 'else', 'split', 'on']
/** Options whose value is a list of expressions, or one. */
const several = ['first', 'join', 'guid']

/** All source paths of an expression; `prefix` is the path of the list element it starts at. */
export function usesOf(data: unknown, at: Path, prefix: string): Use[] {
  if (typeof data === 'string')
    return isPath(data) ? [{ text: data, path: from(prefix, data), at, how: 'path' }] : []
  if (typeof data !== 'object' || data === null) return []
  if (Array.isArray(data)) return data.flatMap((each, i) => usesOf(each, [...at, i], prefix))
  const row = data as Record<string, unknown>
  if (row.step !== undefined || row.meta !== undefined || row.const !== undefined) return []
  const uses: Use[] = []
  for (const key of single) uses.push(...usesOf(row[key], [...at, key], prefix))
  for (const key of several) uses.push(...usesOf(row[key], [...at, key], prefix))
  for (const [key, value] of Object.entries((row.args as object | undefined) ?? {})) {
    uses.push(...usesOf(value, [...at, 'args', key], prefix))
  }
  if (typeof row.each === 'string') {
    uses.push({ text: row.each, path: from(prefix, row.each), at: [...at, 'each'], how: 'path' })
    const inner = `${from(prefix, row.each)}[*].`
    uses.push(
      ...usesOf(row.value, [...at, 'value'], inner),
      ...conditionUses(row.where, [...at, 'where'], inner),
    )
  }
  uses.push(...conditionUses(row.when, [...at, 'when'], prefix))
  if (typeof row.template === 'string') {
    for (const [, text = ''] of row.template.matchAll(/\{([^{}]+)\}/g)) {
      uses.push({ text, path: from(prefix, text), at: [...at, 'template'], how: 'template' })
    }
  }
  return uses
}

/** The paths a condition reads; their places are keys. */
export function conditionUses(data: unknown, at: Path, prefix: string): Use[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return []
  return Object.entries(data).flatMap(([key, test]): Use[] => {
    const here = [...at, key]
    if (key === 'not') return conditionUses(test, here, prefix)
    if (key === 'any' || key === 'all') {
      return Array.isArray(test) ? test.flatMap((each, i) => conditionUses(each, [...here, i], prefix)) : []
    }
    return [{ text: key, path: from(prefix, key), at: here, how: 'condition' }]
  })
}

function isPath(text: string): boolean {
  return text !== '.' && text !== '$' && !text.startsWith('^')
}

function from(prefix: string, text: string): string {
  return text.startsWith('$.') ? text.slice(2) : prefix + text
}
