// Collects everything wrong with the files of a library, so that an integrator mends them in one round.
import type { z } from 'zod'
import { type Path, type Place, type Problem, problemAt, type Remark, type Source } from '../yaml.ts'

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
  for (const issue of result.error.issues) {
    const path = issue.path as Path
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        // `{ type: n16,2 }` is two keys to YAML
        const hint = /^\d+$/.test(key)
          ? { en: '; write the type in quotes: "n16,2"', zh: '，类型须加引号，如 "n16,2"' }
          : { en: '', zh: '' }
        report([...path, key], `unknown key "${key}"${hint.en}`, `未知的键“${key}”${hint.zh}`)
      }
    } else {
      report(
        path,
        `${path.join('.') || 'file'}: ${issue.message}`,
        `${path.join('.') || '文件'}：内容不符合要求`,
      )
    }
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
