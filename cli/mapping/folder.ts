// The integrator's folder as the tools open it.
import { resolve } from 'node:path'
import { adapters } from '../../adapters/index.ts'
import { readConfig } from '../../core/config.ts'
import { StartupError } from '../../core/errors.ts'
import { type Bundle, type Files, inspectBundle } from '../../core/flow/bundle.ts'
import { readFiles, readOverlay } from '../../core/flow/files.ts'
import { type Problem, readYaml, type Source } from '../../core/yaml.ts'
import { type Output, plural, writeJson } from './output.ts'
import { countProblems, problemText } from './problems.ts'

/** The mappings folder of a command line. */
export function folderOf(mappings: string | undefined): string {
  return mappings === undefined ? readConfig().mappings : resolve(mappings)
}

/** The files of a folder. Throws StartupError when it cannot be read, or holds none: then it is the wrong one. */
export function filesOf(folder: string): Files {
  const files = readFiles(folder)
  if (Object.keys(files).length > 0) return files
  throw new StartupError(
    `there are no YAML files in ${folder} / ${folder} 中没有 YAML 文件`,
    'Set QIAO_MAPPINGS or --mappings to the folder of the mapping files. / 请用 QIAO_MAPPINGS 或 --mappings 指定配置文件夹。',
  )
}

/** What files come to, with everything wrong about them; addresses and accounts as the hub would have them. */
export function inspect(files: Files): { bundle: Bundle | undefined; problems: readonly Problem[] } {
  return inspectBundle(files, adapters(), readOverlay(readConfig().settings))
}

/** The compiled folder. Answers exit code 1 instead when its files are wrong, which is then told. */
export function openFolder(mappings: string | undefined, json: boolean, output: Output): Bundle | 1 {
  const files = filesOf(folderOf(mappings))
  const { bundle, problems } = inspect(files)
  if (bundle) return bundle
  const { errors, warnings } = countProblems(problems)
  if (json) writeJson(output, { ok: false, errors, warnings, problems })
  else {
    const wrong = problems.filter(({ severity }) => severity === 'error')
    for (const problem of wrong) output.tell(problemText(problem, files))
    output.tell(`✗ ${plural(errors, 'error')}, nothing was done / 错误 ${errors} 项，未执行\n`)
  }
  return 1
}

/** The files of a compiled folder, parsed, by name. */
export function sourcesOf({ files }: Bundle): ReadonlyMap<string, Source> {
  return new Map(Object.entries(files).map(([name, text]) => [name, readYaml(name, text)]))
}
