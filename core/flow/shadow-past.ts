// The files messages were accepted under, opened once each, and whether a mapping is still made of the same files.
import { createHash } from 'node:crypto'
import { loadBundle } from '../ledger/bundle.ts'
import type { Query } from '../ledger/database.ts'
import { compileLibrary, type Library } from '../mapping/library.ts'
import { FileError, readYaml, type Source } from '../yaml.ts'
import type { Adapter } from './adapter.ts'
import { type Files, unpackFiles } from './bundle.ts'
import { compileFlow, type Flow } from './flow.ts'
import { compileSystem, type System } from './system.ts'

/** A set of files as far as conversions need it. */
export type Fileset = {
  files: Files
  library: Library
  flows: ReadonlyMap<string, Flow>
  systems: ReadonlyMap<string, System>
}

/** The bundle of a number; undefined when the ledger has lost it. */
export type Past = (bundle: number) => Promise<Fileset | undefined>

// messages come newest first, and hubs that start one after the other pin different files for a while
const kept = 3

/** Opens bundles of the ledger and keeps the last few, so that memory does not grow with the versions there were. */
export function createPast(query: Query, adapters: readonly Adapter[]): Past {
  const opened = new Map<number, Promise<Fileset | undefined>>()
  return (bundle) => {
    let found = opened.get(bundle)
    if (!found) {
      found = loadBundle(query, bundle).then((packed) => packed && openPast(unpackFiles(packed), adapters))
    }
    opened.delete(bundle)
    opened.set(bundle, found)
    const [oldest] = opened.keys()
    if (opened.size > kept && oldest !== undefined) opened.delete(oldest)
    return found
  }
}

/** Files that once were accepted are taken as far as they go: a checker that learned more must not hide the past. */
function openPast(files: Files, adapters: readonly Adapter[]): Fileset {
  const sources = Object.entries(files).flatMap(([name, text]) => lenient(() => readYaml(name, text)))
  const functions = Object.assign({}, ...adapters.map((adapter) => adapter.functions ?? {}))
  const { library } = compileLibrary(sources, functions)
  return {
    files,
    library,
    flows: new Map(read(sources, 'flows/', compileFlow).map((flow): [string, Flow] => [flow.type, flow])),
    systems: new Map(
      read(sources, 'systems/', (source) => compileSystem(source, { systems: {} })).map(
        (system): [string, System] => [system.name, system],
      ),
    ),
  }
}

function read<T>(sources: readonly Source[], folder: string, compile: (source: Source) => T): T[] {
  return sources
    .filter(({ file }) => file.startsWith(folder) && !file.endsWith('.cases.yaml'))
    .flatMap((source) => lenient(() => compile(source)))
}

function lenient<T>(work: () => T): T[] {
  try {
    return [work()]
  } catch (error) {
    if (error instanceof FileError) return []
    throw error
  }
}

/** Whether two sets give a mapping of that name the same meaning: itself, the tables on both sides, and the codes. */
export function createSameness(): (name: string, one: Fileset, other: Fileset) => boolean {
  const prints = new WeakMap<Fileset, Map<string, string>>()
  const printOf = (name: string, set: Fileset): string => {
    const known = prints.get(set) ?? new Map<string, string>()
    prints.set(set, known)
    let print = known.get(name)
    if (print === undefined) {
      print = fingerprint(name, set)
      known.set(name, print)
    }
    return print
  }
  return (name, one, other) => printOf(name, one) === printOf(name, other)
}

function fingerprint(name: string, { files, library }: Fileset): string {
  const intake = library.intake(name)
  const outbound = library.outbound(name)
  const names = [
    `${name}.yaml`,
    ...(intake ? [`schemas/${intake.from}.yaml`, `canonical/${intake.to}.yaml`] : []),
    ...(outbound
      ? [`schemas/${outbound.to}.yaml`, ...outbound.from.map((type) => `canonical/${type}.yaml`)]
      : []),
    ...Object.keys(files).filter((file) => file.startsWith('codes/')),
  ]
  const hash = createHash('sm3')
  for (const file of names.sort()) hash.update(`${file}\0${files[file] ?? ''}\0`)
  return hash.digest('hex')
}
