// Reads a YAML file with positions, so that every complaint about it names file:line:column.
import { type Document, isCollection, isMap, isNode, isScalar, LineCounter } from 'yaml'
import { parseTree } from './yaml-tree.ts'

export type Path = readonly (string | number)[]
export type Position = { line: number; column: number }

/** A place in a configuration file. */
export type Place = { file: string } & Position

/** An error keeps the files from being loaded; a warning is told and the files are loaded. */
export type Severity = 'error' | 'warning'

/** One complaint about a configuration file. */
export type Problem = Place & {
  zh: string
  en: string
  severity: Severity
  /** stable word for tools: `file.content`, `path.unknown`, `fit.length`, … */
  rule: string
  /** other places that belong to it: the field table a value does not fit */
  related?: readonly (Place & { zh: string; en: string })[]
}

/**
 * What a complaint may say besides its texts; an error of the file's content when it says nothing. `onKey`: the key that
 * ends the path is meant, not the value behind it.
 */
export type Remark = Partial<Pick<Problem, 'severity' | 'rule' | 'related'>> & { onKey?: boolean | undefined }

/** A parsed YAML file that remembers where each value stands. */
export type Source = {
  /** path relative to the mappings folder, with forward slashes: `province/accept.yaml` */
  file: string
  data: unknown
  /** position of the value at `path` (of its key when the value begins on a later line), or of its nearest existing parent */
  at: (path: Path) => Position
  /** position of the key that ends `path`; that of the value where there is no such key */
  keyAt: (path: Path) => Position
}

/** Files that must be mended before they can be loaded. */
export class FileError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.name = 'FileError'
    this.problems = problems
  }
}

/** `file:line:column: English / 中文`, and a line for each related place. */
export function formatProblem({ severity, en, zh, related = [], ...place }: Problem): string {
  const mark = severity === 'warning' ? 'warning: ' : ''
  const others = related.map((other) => `\n    ${formatPlace(other)}: ${other.en} / ${other.zh}`)
  return `${formatPlace(place)}: ${mark}${en} / ${zh}${others.join('')}`
}

const formatPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

/** Parses YAML text; what is no YAML, and what YAML should not hold (yaml-tree.ts), becomes a FileError. */
export function readYaml(file: string, text: string): Source {
  const lines = new LineCounter()
  const { document, value, faults } = parseTree(text, lines)
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  if (document === undefined || faults.length > 0) {
    const rest = { severity: 'error', rule: 'file.syntax' } as const
    throw new FileError(faults.map(({ at, en, zh }) => ({ file, ...position(at), en, zh, ...rest })))
  }
  const at = (path: Path): Position => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
      if (!isNode(node) || !node.range) continue
      const own = position(node.range[0])
      const key = isCollection(node) ? keyOf(document, path.slice(0, length)) : undefined
      const before = key === undefined ? own : position(key)
      return before.line < own.line ? before : own
    }
    return { line: 1, column: 1 }
  }
  const keyAt = (path: Path): Position => {
    const key = keyOf(document, path)
    return key === undefined ? at(path) : position(key)
  }
  return { file, data: value, at, keyAt }
}

/** Offset of the key whose value stands at `path`; undefined for elements of lists. */
function keyOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined
}

/** A problem at a path of a source. */
export function problemAt(
  source: Source,
  path: Path,
  en: string,
  zh: string,
  { severity = 'error', rule = 'file.content', related, onKey = false }: Remark = {},
): Problem {
  const where = onKey ? source.keyAt(path) : source.at(path)
  const place = { file: source.file, ...where, en, zh, severity, rule }
  return related === undefined ? place : { ...place, related }
}

/** The errors among problems. */
export function errorsOf(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ severity }) => severity === 'error')
}
