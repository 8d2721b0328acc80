// qiao check, qiao mapping check | test: looks at the integrator's files without starting anything.
import { adapters } from '../adapters/index.ts'
import { readConfig } from '../core/config.ts'
import { compileBundle } from '../core/flow/bundle.ts'
import { readFiles, readOverlay } from '../core/flow/files.ts'
import { runCases } from '../core/mapping/cases.ts'
import { readYaml } from '../core/yaml.ts'

/** Compiles everything; problems are thrown as FileError with file:line:column. */
export async function checkCommand(): Promise<number> {
  const config = readConfig()
  const bundle = compileBundle(readFiles(config.mappings), adapters(), readOverlay(config.settings))
  const { systems, flows, recipes, library } = bundle
  process.stdout.write(
    `✓ ${systems.size} systems, ${flows.size} flows, ${library.mappings.length} mappings, ${recipes.size} recipes / 全部通过\n`,
  )
  return 0
}

/** `check` as above; `test` also runs the cases that stand beside the mappings. */
export async function mappingCommand([verb]: string[]): Promise<number> {
  if (verb === 'check') return checkCommand()
  if (verb !== 'test') {
    process.stderr.write('usage: qiao mapping check | test\n')
    return 2
  }
  const files = readFiles(readConfig().mappings)
  const { library } = compileBundle(files, adapters(), { systems: {} })
  const sources = Object.entries(files)
    .filter(([name]) => name.endsWith('.cases.yaml') && !name.startsWith('signing/'))
    .map(([name, text]) => readYaml(name, text))
  const results = await runCases(library, sources)
  const failed = results.filter((result) => !result.ok)
  for (const result of failed) process.stdout.write(`✗ ${JSON.stringify(result)}\n`)
  process.stdout.write(`${results.length - failed.length} passed, ${failed.length} failed\n`)
  return failed.length === 0 ? 0 : 1
}
