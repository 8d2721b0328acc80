// Tells whether a mutant can change an output, without asking the checker.
import type { Adapter } from '../../../core/flow/adapter.ts'
import type { Files } from '../../../core/flow/bundle.ts'
import { compileFlow, type Flow } from '../../../core/flow/flow.ts'
import { compileSystem, type System } from '../../../core/flow/system.ts'
import { compileRecipe, type Recipe } from '../../../core/signing/recipe.ts'
import { FileError, readYaml, type Source } from '../../../core/yaml.ts'
import { type Book, nameOf } from '../book.ts'
import type { Mutant } from '../mutant.ts'
import { plan } from './flow.ts'
import { createLibraryJudge, type LibraryJudge } from './library.ts'
import { portrait, type SystemData, scopeOf, signed } from './system.ts'

export type Judge = {
  /** why an output can change; undefined when no input shows a difference */
  reason(mutant: Mutant): Promise<string | undefined>
  library: LibraryJudge
}

type Parts = {
  systems: ReadonlyMap<string, System>
  flows: ReadonlyMap<string, Flow>
  recipes: ReadonlyMap<string, Recipe>
}

/** `files` are all shipped files, cases too. */
export function createJudge(book: Book, files: Files, adapters: readonly Adapter[]): Judge {
  const sources = new Map(Object.entries(files).map(([file, text]) => [file, readYaml(file, text)]))
  const functions = Object.assign({}, ...adapters.map((adapter) => adapter.functions ?? {}))
  const library = createLibraryJudge(book, sources, functions)
  const every = <T>(folder: string, compile: (source: Source) => T): Map<string, T> =>
    new Map(book.folder(folder).map((page) => [nameOf(page), compile(sources.get(page.file) as Source)]))
  const parts: Parts = {
    systems: every('systems', (source) => compileSystem(source, { systems: {} })),
    flows: every('flows', compileFlow),
    recipes: every('signing', compileRecipe),
  }
  const portraits = portraitsOf(book, parts, library)
  const before = new Map<string, Promise<string>>()
  return {
    library,
    async reason({ file, text }) {
      const changed = attempt(() => readYaml(file, text))
      if (changed === undefined) return 'no longer loads'
      const folder = file.split('/')[0] ?? ''
      const make = portraits[folder]
      if (make === undefined) return library.judge(file, changed)
      const old = before.get(file) ?? make(file, undefined)
      before.set(file, old)
      const now = attempt(() => make(file, changed))
      if (now === undefined) return 'no longer loads'
      const known = await old
      const found = await now.catch((error: unknown) => {
        if (error instanceof FileError) return undefined
        throw error
      })
      if (found === undefined) return 'no longer loads'
      return known === found ? undefined : difference(known, found)
    },
  }
}

/** What a file does, by its folder; `changed` in place of the shipped file. */
function portraitsOf(book: Book, { systems, flows, recipes }: Parts, library: LibraryJudge) {
  const dataOf = (file: string): SystemData => book.pages.get(file)?.data as SystemData
  const portraits: Record<string, (file: string, changed: Source | undefined) => Promise<string>> = {
    systems: async (file, changed) => {
      const system = changed ? compileSystem(changed, { systems: {} }) : systems.get(nameIn(file))
      const data = [dataOf(file), ...(changed ? [changed.data as SystemData] : [])]
      return system === undefined ? '' : portrait(system, recipes, data.slice(0, 1))
    },
    flows: async (file, changed) => {
      const flow = changed ? compileFlow(changed) : flows.get(nameIn(file))
      return flow === undefined ? '' : plan(flow, systems, library)
    },
    signing: async (file, changed) => {
      const name = nameIn(file)
      const recipe = changed ? compileRecipe(changed) : recipes.get(name)
      if (recipe === undefined) return ''
      const users = [...systems.values()].filter(({ operations }) =>
        [...operations.values()].some((operation) => operation.recipe === name),
      )
      const session = { accessToken: 'token', secret: 'hidden', expires: '1', expiresIn: '1' }
      return JSON.stringify(
        await Promise.all(users.map(({ settings }) => signed(recipe, scopeOf(settings, session)))),
      )
    },
  }
  return portraits
}

const nameIn = (file: string): string => file.replace(/^[^/]*\//, '').replace(/\.yaml$/, '')

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof FileError) return undefined
    throw error
  }
}

function difference(before: string, after: string): string {
  let at = 0
  while (before[at] === after[at]) at++
  return `${before.slice(Math.max(at - 20, 0), at + 30)} → ${after.slice(Math.max(at - 20, 0), at + 30)}`
}
