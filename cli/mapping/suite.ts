// All cases of a folder, those beside mappings and those beside signing recipes, ready to run one by one.
import { adapters } from '../../adapters/index.ts'
import { type Bundle, compileBundle, type Files } from '../../core/flow/bundle.ts'
import { createSameness } from '../../core/flow/shadow-past.ts'
import { type CaseDifference, listCases } from '../../core/mapping/cases.ts'
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
  files: Files
  bundle: Bundle
}

const ending = '.cases.yaml'
const isRecipe = (name: string): boolean => name.startsWith('signing/')

/** Compiles the files. Throws FileError when one of them is wrong. */
export function openSuite(files: Files): Suite {
  const bundle = compileBundle(files, adapters(), { systems: {} })
  const names = Object.keys(files)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
  const same = createSameness()
  return {
    names,
    files,
    bundle,
    run: (name) => (isRecipe(name) ? runRecipe(files, name) : runMapping(bundle, files, name)),
    changedSince: (earlier) =>
      names.filter((name) => {
        const own = [name + ending, `${name}.yaml`]
        if (own.some((file) => files[file] !== earlier.files[file])) return true
        return !isRecipe(name) && !same(name, bundle, earlier.bundle)
      }),
  }
}

async function runMapping({ library }: Bundle, files: Files, name: string): Promise<Result[]> {
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
