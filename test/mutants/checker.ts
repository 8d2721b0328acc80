// Asks the checker about a mutant: is it refused, and at the right line?
import type { Adapter } from '../../core/flow/adapter.ts'
import { type Files, inspectBundle } from '../../core/flow/bundle.ts'
import { type Problem, readYaml, type Source } from '../../core/yaml.ts'
import { createCone } from './cone.ts'
import type { Mutant } from './mutant.ts'

/** `errors` are those that were not there before. */
export type Verdict = { caught: boolean; rightLine: boolean; errors: readonly Problem[] }

export type Checker = {
  /** errors of the shipped files themselves */
  errors: readonly Problem[]
  verdict(mutant: Pick<Mutant, 'file' | 'text' | 'lines'>): Verdict
}

/** Parses each shipped file once; of a mutant only the changed file is parsed again, and only its cone is checked. */
export function createChecker(files: Files, adapters: readonly Adapter[]): Checker {
  const checked = Object.fromEntries(Object.entries(files).filter(([file]) => !file.endsWith('.cases.yaml')))
  const sources = new Map<string, Source>()
  const read = (file: string, text: string): Source => {
    if (text !== checked[file]) return readYaml(file, text)
    const source = sources.get(file) ?? readYaml(file, text)
    sources.set(file, source)
    return source
  }
  const inspect = (now: Files): Problem[] =>
    inspectBundle(now, adapters, { systems: {} }, read).problems.filter(
      ({ severity }) => severity === 'error',
    )
  const cone = createCone(checked)
  const known = new Map<string, ReadonlySet<string>>()
  /** Complaints of the cone before the change; there should be none. */
  const before = (around: Files): ReadonlySet<string> => {
    const key = Object.keys(around).sort().join()
    const ids = known.get(key) ?? new Set(inspect(around).map(id))
    known.set(key, ids)
    return ids
  }
  return {
    errors: inspect(checked),
    verdict({ file, text, lines }) {
      const around = cone(file, text)
      const old = before(around)
      const errors = inspect({ ...around, [file]: text }).filter((problem) => !old.has(id(problem)))
      const rightLine = errors.some((problem) =>
        [problem, ...(problem.related ?? [])].some(
          (place) => place.file === file && lines.includes(place.line),
        ),
      )
      return { caught: errors.length > 0, rightLine, errors }
    },
  }
}

const id = ({ file, rule, en }: Problem): string => `${file} ${rule} ${en}`
