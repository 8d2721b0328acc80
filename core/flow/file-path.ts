// Paths into messages and replies, and conditions over them, as a configuration file writes them.
import { type Condition, compileCondition } from '../mapping/condition.ts'
import { compilePath, PathError } from '../mapping/path.ts'
import { FileError, type Path, problemAt, type Source } from '../yaml.ts'

/** Compiles a path that stands at `place` of a file; a wrong one is a FileError there. */
export function compileFilePath(source: Source, place: Path, text: string): ReturnType<typeof compilePath> {
  try {
    return compilePath(text)
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    throw new FileError([problemAt(source, place, error.message, error.zh)])
  }
}

/** Compiles a condition that stands at `place` of a file; a wrong one is a FileError where it is wrong. */
export function compileFileCondition(source: Source, place: Path, data: unknown): Condition {
  return compileCondition(data, (en, zh = en, inside = []): never => {
    throw new FileError([problemAt(source, [...place, ...inside], en, zh)])
  })
}
