// A path in the data of a message or reply, as a configuration file writes it.
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
