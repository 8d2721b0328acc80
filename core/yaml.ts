// Reads a YAML file with positions, so that every complaint about it names file:line:column.
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

export type Path = readonly (string | number)[]
export type Position = { line: number; column: number }

/** One complaint about a configuration file. */
export type Problem = { file: string; zh: string; en: string } & Position

/** A parsed YAML file that remembers where each value stands. */
export type Source = {
  /** path relative to the mappings folder, with forward slashes: `province/accept.yaml` */
  file: string
  data: unknown
  /** position of the value at `path`, or of its nearest existing parent */
  at: (path: Path) => Position
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

/** `file:line:column: English / 中文` */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.en} / ${problem.zh}`
}

/** Parses YAML text; duplicate keys, aliases that explode and syntax errors become a FileError. */
export function readYaml(file: string, text: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
    merge: true, // cases vary one example with `<<`; YAML 1.2 would take it for an ordinary key
  })
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  if (document.errors.length > 0) {
    throw new FileError(
      document.errors.map((e) => ({ file, ...position(e.pos[0]), en: e.message, zh: 'YAML 语法错误' })),
    )
  }
  const at = (path: Path): Position => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return position(node.range[0])
    }
    return { line: 1, column: 1 }
  }
  return { file, data: document.toJS({ maxAliasCount: 100 }), at }
}

/** A problem at a path of a source. */
export function problemAt(source: Source, path: Path, en: string, zh: string): Problem {
  return { file: source.file, ...source.at(path), en, zh }
}

/** Validates a source against its zod shape; unknown keys must be refused by the shape (`z.strictObject`). */
export function parseSource<T>(source: Source, shape: z.ZodType<T>): T {
  const result = shape.safeParse(source.data)
  if (result.success) return result.data
  throw new FileError(
    result.error.issues.map((issue) =>
      problemAt(
        source,
        issue.path as Path,
        `${issue.path.join('.')}: ${issue.message}`,
        '配置文件内容不符合要求',
      ),
    ),
  )
}
