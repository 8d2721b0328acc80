// A bundle: one consistent set of the integrator's files, compiled. Messages are pinned to the bundle that accepted them.
import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { compileLibrary, type Library } from '../mapping/library.ts'
import { compileRecipe, type Recipe } from '../signing/recipe.ts'
import { errorsOf, FileError, type Problem, readYaml, type Source } from '../yaml.ts'
import type { Adapter } from './adapter.ts'
import { checkParts } from './check/check.ts'
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
  const { bundle, problems } = assemble(files, adapters, overlay, read)
  return { bundle: errorsOf(problems).length === 0 ? bundle : undefined, problems }
}

/**
 * Compiles files that once passed, for the messages pinned to them. A younger hub may know more mistakes than the one
 * that accepted them; these are warnings now, for what was accepted must be delivered. Throws FileError where a file
 * cannot be read at all.
 */
export function restoreBundle(
  files: Files,
  adapters: readonly Adapter[],
  overlay: Overlay,
  read: typeof readYaml = readYaml,
): Bundle {
  const { bundle, problems } = assemble(files, adapters, overlay, read)
  if (!bundle) throw new FileError(problems)
  return bundle
}

function assemble(
  files: Files,
  adapters: readonly Adapter[],
  overlay: Overlay,
  read: typeof readYaml,
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
  // what others miss in a file that cannot be read is no mistake of theirs
  if (problems.length > 0) return { bundle: undefined, problems }
  const inFolder = (folder: string): Source[] =>
    sources.filter(({ file }) => file.startsWith(`${folder}/`) && !file.endsWith('.cases.yaml'))

  const functions = Object.assign({}, ...adapters.map((adapter) => adapter.functions ?? {}))
  const { library, problems: inLibrary } = libraryOf(sources.filter(isMapping), functions)
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
  problems.push(
    ...checkParts({
      ...parts,
      adapters: new Map(adapters.map((adapter) => [adapter.name, adapter])),
      sources: new Map(sources.map((source) => [source.file, source])),
    }),
  )
  return { bundle: { digest: digestOf(files), files, ...parts, warnings: problems }, problems }
}

let last: { parts: readonly unknown[]; compiled: ReturnType<typeof compileLibrary> } | undefined

/** The longest part of compiling; what changes in systems, flows, recipes and settings leaves it as it is. */
function libraryOf(
  sources: readonly Source[],
  functions: Library['functions'],
): ReturnType<typeof compileLibrary> {
  const parts = [...sources, ...Object.entries(functions).flat()]
  const isLast = last?.parts.length === parts.length && parts.every((part, i) => part === last?.parts[i])
  if (!isLast) last = { parts, compiled: compileLibrary(sources, functions) }
  return (last as NonNullable<typeof last>).compiled
}

const configuration = ['systems/', 'flows/', 'signing/']

/** Whether a file belongs to the mapping library (schemas, codes, canonical types, mappings and their cases). */
function isMapping({ file }: Source): boolean {
  return !configuration.some((folder) => file.startsWith(folder))
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
