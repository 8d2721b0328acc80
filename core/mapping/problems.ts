// Collects everything wrong with the files of a library, so that an integrator mends them in one round.
import type { z } from 'zod'
import { faultsOf } from '../shape.ts'
import { type Path, type Place, type Problem, problemAt, type Remark, type Source } from '../yaml.ts'
import { type ParsedPath, PathError, parsePath } from './path.ts'

/** Notes a problem at a place of the file being compiled; `placeOf` says where in which file something stands. */
export type Report = {
  (at: Path, en: string, zh: string, remark?: Remark): void
  placeOf(at: Path): Place
}

/** A reporter for one file, writing into the common list. */
export function reportInto(problems: Problem[], source: Source): Report {
  const report = (at: Path, en: string, zh: string, remark?: Remark): void => {
    problems.push(problemAt(source, at, en, zh, remark))
  }
  return Object.assign(report, { placeOf: (at: Path) => ({ file: source.file, ...source.at(at) }) })
}

/** Checks the shape of a file; each wrong or unknown key is reported at its own place. */
export function readShape<T>(source: Source, shape: z.ZodType<T>, report: Report): T | undefined {
  const result = shape.safeParse(source.data)
  if (result.success) return result.data
  for (const { at, en, zh, onKey } of faultsOf(result.error.issues, source.data, shape)) {
    report(at, en, zh, { onKey })
  }
  return undefined
}

/** Thrown inside a compiler to give up one expression; the message was or will be reported. */
export class Refusal extends Error {
  readonly at: Path
  readonly zh: string
  readonly remark: Remark | undefined
  constructor(at: Path, en: string, zh: string, remark?: Remark) {
    super(en)
    this.at = at
    this.zh = zh
    this.remark = remark
  }
}

/** Reads a path of a file; a text that is none is refused at its place. */
export function pathAt(text: string, at: Path): ParsedPath {
  try {
    return parsePath(text)
  } catch (error) {
    if (error instanceof PathError) throw new Refusal(at, error.message, error.zh)
    throw error
  }
}

/** Runs `compile`; a refusal is reported and replaced by `otherwise`. */
export function attempt<T>(report: Report, otherwise: T, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    report(error.at, error.message, error.zh, error.remark)
    return otherwise
  }
}
