// Asks the checker about a mutant: is it refused, and at the right line?
import type { Adapter } from '../../core/flow/adapter.ts'
import { type Files, inspectBundle } from '../../core/flow/bundle.ts'
import { type Problem, readYaml, type Source } from '../../core/yaml.ts'
import type { Mutant } from './mutant.ts'

/** `errors` are those that were not there before. */
export type Verdict = { caught: boolean; rightLine: boolean; errors: readonly Problem[] }

export type Checker = {
  /** errors of the shipped files themselves */
  errors: readonly Problem[]
  verdict(mutant: Pick<Mutant, 'file' | 'text' | 'lines'>): Verdict
}

/** Parses each shipped file once; of a mutant only the changed file is parsed again. */
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
  const id = ({ file, rule, en }: Problem): string => `${file} ${rule} ${en}`
  const errors = inspect(checked)
  const known = new Set(errors.map(id))
  return {
    errors,
    verdict({ file, text, lines }) {
      const fresh = inspect({ ...checked, [file]: text }).filter((problem) => !known.has(id(problem)))
      const rightLine = fresh.some((problem) =>
        [problem, ...(problem.related ?? [])].some(
          (place) => place.file === file && lines.includes(place.line),
        ),
      )
      return { caught: fresh.length > 0, rightLine, errors: fresh }
    },
  }
}
