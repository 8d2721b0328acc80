// A bundle: one consistent set of the integrator's files, compiled. Messages are pinned to the bundle that accepted them.
import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { compileLibrary, type Library } from '../mapping/library.ts'
import { compileRecipe, type Recipe } from '../signing/recipe.ts'
import { errorsOf, FileError, type Problem, problemAt, readYaml, type Source } from '../yaml.ts'
import type { Adapter } from './adapter.ts'
import { compileFlow, type Flow } from './flow.ts'
import { compileSystem, type Overlay, type System } from './system.ts'

export type Files = Readonly<Record<string, string>>

export type Bundle = {
  /** SM3 hex over all files */
  digest: string
  files: Files
  library: Library
  systems: ReadonlyMap<string, System>
  flows: ReadonlyMap<string, Flow>
  recipes: ReadonlyMap<string, Recipe>
  /** what should be looked at, though it keeps nothing from running */
  warnings: readonly Problem[]
}

/** Compiles a set of files. Throws FileError with every problem found; nothing is half loaded. */
export function compileBundle(
  files: Files,
  adapters: readonly Adapter[],
  overlay: Overlay,
  read: typeof readYaml = readYaml,
): Bundle {
  const { bundle, problems } = inspectBundle(files, adapters, overlay, read)
  if (!bundle) throw new FileError(problems)
  return bundle
}

/** Compiles a set of files and tells every problem; there is no bundle when one of them is an error. `read` parses a file. */
export function inspectBundle(
  files: Files,
  adapters: readonly Adapter[],
  overlay: Overlay,
  read: typeof readYaml = readYaml,
): { bundle: Bundle | undefined; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }
  const sources = Object.entries(files)
    .filter(([name]) => name.endsWith('.yaml'))
    .flatMap(([name, text]) => attempt(() => read(name, text)) ?? [])
  const inFolder = (folder: string): Source[] =>
    sources.filter(({ file }) => file.startsWith(`${folder}/`) && !file.endsWith('.cases.yaml'))

  const functions = Object.assign({}, ...adapters.map((adapter) => adapter.functions ?? {}))
  const { library, problems: inLibrary } = compileLibrary(sources.filter(isMapping), functions)
  problems.push(...inLibrary)
  const systems = new Map<string, System>()
  for (const source of inFolder('systems')) {
    const system = attempt(() => compileSystem(source, overlay))
    if (system) systems.set(system.name, system)
  }
  const flows = new Map<string, Flow>()
  for (const source of inFolder('flows')) {
    const flow = attempt(() => compileFlow(source))
    if (flow) flows.set(flow.type, flow)
  }
  const recipes = new Map<string, Recipe>()
  for (const source of inFolder('signing')) {
    const recipe = attempt(() => compileRecipe(source))
    if (recipe) recipes.set(source.file.replace(/^signing\//, '').replace(/\.yaml$/, ''), recipe)
  }
  const parts = { library, systems, flows, recipes }
  if (errorsOf(inLibrary).length === 0) {
    problems.push(...crossCheck(sources, parts, new Set(adapters.map((a) => a.name))))
  }
  const bundle = { digest: digestOf(files), files, ...parts, warnings: problems }
  return { bundle: errorsOf(problems).length === 0 ? bundle : undefined, problems }
}

const configuration = ['systems/', 'flows/', 'signing/']

/** Whether a file belongs to the mapping library (schemas, codes, canonical types, mappings and their cases). */
function isMapping({ file }: Source): boolean {
  return !configuration.some((folder) => file.startsWith(folder))
}

type Parts = Pick<Bundle, 'library' | 'systems' | 'flows' | 'recipes'>

/** Names that one file gives and another must have. */
function crossCheck(sources: readonly Source[], parts: Parts, adapters: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = []
  const find = (file: string): Source | undefined => sources.find((source) => source.file === file)
  const need = (file: string, path: readonly (string | number)[], ok: boolean, what: string): void => {
    const source = find(file)
    if (!ok && source) problems.push(problemAt(source, path, `unknown ${what}`, '引用的名称不存在'))
  }
  for (const system of parts.systems.values()) {
    const file = `systems/${system.name}.yaml`
    need(file, ['adapter'], !system.adapter || adapters.has(system.adapter), `adapter ${system.adapter}`)
    for (const [message, mapping] of Object.entries(system.messages)) {
      const intake = parts.library.intake(mapping)
      need(file, ['messages', message], intake !== undefined, `intake mapping ${mapping}`)
      if (intake) need(file, ['messages', message], parts.flows.has(intake.to), `flow for type ${intake.to}`)
    }
    for (const [name, { recipe }] of system.operations) {
      need(file, ['operations', name, 'recipe'], !recipe || parts.recipes.has(recipe), `recipe ${recipe}`)
    }
  }
  for (const flow of parts.flows.values()) {
    const file = `flows/${flow.type}.yaml`
    need(file, [], parts.library.types.has(flow.type), `canonical type ${flow.type}`)
    ;[...flow.steps.values()].forEach((step, i) => {
      const at = (name: string): (string | number)[] => ['steps', i, name]
      const system = parts.systems.get(step.system)
      const outbound = parts.library.outbound(step.mapping)
      need(file, at('system'), system !== undefined, `system ${step.system}`)
      need(
        file,
        at('operation'),
        !system || system.operations.has(step.operation),
        `operation ${step.operation}`,
      )
      need(file, at('mapping'), outbound !== undefined, `mapping ${step.mapping}`)
      need(
        file,
        at('mapping'),
        !outbound || outbound.from.includes(flow.type),
        `mapping of ${flow.type}: ${step.mapping}`,
      )
    })
  }
  return problems
}

/** SM3 hex over names and texts, in the order of the names. */
export function digestOf(files: Files): string {
  const hash = createHash('sm3')
  for (const name of Object.keys(files).sort()) hash.update(`${name}\0${files[name]}\0`)
  return hash.digest('hex')
}

/** Files as they are stored in the ledger. */
export function packFiles(files: Files): Buffer {
  return gzipSync(JSON.stringify(files))
}

/** The reverse of packFiles. */
export function unpackFiles(packed: Buffer): Files {
  return JSON.parse(gunzipSync(packed).toString('utf8')) as Files
}
