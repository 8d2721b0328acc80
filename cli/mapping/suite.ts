// All cases of a folder, those beside mappings and those beside signing recipes, ready to run one by one.
import type { Bundle, Files } from '../../core/flow/bundle.ts'
import { createSameness } from '../../core/flow/shadow-past.ts'
import type { CaseDifference } from '../../core/mapping/case-difference.ts'
import { listCases } from '../../core/mapping/cases.ts'
import { runRecipeCases } from '../../core/signing/cases.ts'
import { readYaml } from '../../core/yaml.ts'

/** How one case went. `of`: the mapping (`province/accept`) or the recipe (`signing/x-tif`). */
export type Result = {
  of: string
  case: string
  file: string
  line: number
  ok: boolean
  message: string
  differences: readonly CaseDifference[]
}

/** A compiled folder whose cases can be run by the name of what they test. */
export type Suite = {
  names: readonly string[]
  run(name: string): Promise<Result[]>
  /** the names whose cases can come out otherwise than in an earlier state of the folder */
  changedSince(earlier: Suite): string[]
  bundle: Bundle
}

const ending = '.cases.yaml'
const isRecipe = (name: string): boolean => name.startsWith('signing/')

/** The cases of a compiled folder. */
export function openSuite(bundle: Bundle): Suite {
  const { files } = bundle
  const names = Object.keys(files)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
  const same = createSameness()
  return {
    names,
    bundle,
    run: (name) => (isRecipe(name) ? runRecipe(files, name) : runMapping(bundle, name)),
    changedSince: ({ bundle: earlier }) =>
      names.filter((name) => {
        const own = [name + ending, `${name}.yaml`]
        if (own.some((file) => files[file] !== earlier.files[file])) return true
        return !isRecipe(name) && !same(name, bundle, earlier)
      }),
  }
}

/** Those of the names that are asked for: each word is a name or a folder; all when there are no words. */
export function chosen(names: readonly string[], words: readonly string[]): string[] {
  const isAsked = (name: string): boolean => words.some((word) => isNamed(name, word))
  return names.filter((name) => words.length === 0 || isAsked(name))
}

/** Whether a word means the name: `housing/completion`, or `housing` for all of a folder. */
export function isNamed(name: string, word: string): boolean {
  return name === word || name.startsWith(`${word.replace(/\/$/, '')}/`)
}

/** Runs the cases of names, one after the other. */
export async function runAll(suite: Suite, names: readonly string[]): Promise<Result[]> {
  const results: Result[] = []
  for (const name of names) results.push(...(await suite.run(name)))
  return results
}

async function runMapping({ library, files }: Bundle, name: string): Promise<Result[]> {
  const file = name + ending
  const results: Result[] = []
  for (const one of listCases(library, [readYaml(file, files[file] ?? '')])) {
    const { mapping, ...result } = await one.run()
    results.push({ of: mapping, ...result })
  }
  return results
}

async function runRecipe(files: Files, name: string): Promise<Result[]> {
  const [recipe = '', cases = ''] = [`${name}.yaml`, name + ending]
  const results = await runRecipeCases(
    readYaml(recipe, files[recipe] ?? ''),
    readYaml(cases, files[cases] ?? ''),
  )
  return results.map(({ file, case: title, position, problems }) => ({
    of: name,
    case: title,
    file,
    line: position.line,
    ok: problems.length === 0,
    message: problems.join('\n'),
    differences: [],
  }))
}
