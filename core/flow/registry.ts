// The bundles in use: the current one, which accepts, and older ones that accepted what is still under way.

import { loadBundle, saveBundle } from '../ledger/bundle.ts'
import type { Database } from '../ledger/database.ts'
import type { KeyKind, Keys } from '../signing/keys.ts'
import type { Adapter } from './adapter.ts'
import { type Bundle, compileBundle, type Files, packFiles, unpackFiles } from './bundle.ts'
import { createLink, type Link, type Tools } from './exchange.ts'
import type { Overlay } from './system.ts'

/** A bundle with its number in the ledger and open links to its systems. */
export type Loaded = Bundle & { id: number; links: ReadonlyMap<string, Link> }

export type Registry = {
  current(): Loaded
  /** the bundle a message was pinned to; throws when the ledger lost it or it no longer compiles */
  pinned(id: number): Promise<Loaded>
}

/** Compiles and stores the files given at start. Throws FileError. */
export async function openRegistry(
  database: Database,
  files: Files,
  adapters: readonly Adapter[],
  overlay: Overlay,
  tools: Tools,
): Promise<Registry> {
  const loaded = new Map<number, Promise<Loaded>>()
  const open = (bundle: Bundle, id: number): Loaded => {
    const links = new Map(
      [...bundle.systems.values()].map((s) => [s.name, createLink(s, bundle.recipes, tools)]),
    )
    return { ...bundle, id, links }
  }
  const bundle = compileBundle(files, adapters, overlay)
  const current = open(bundle, await saveBundle(database.query, bundle.digest, packFiles(files)))
  loaded.set(current.id, Promise.resolve(current))

  const load = async (id: number): Promise<Loaded> => {
    const packed = await loadBundle(database.query, id)
    if (!packed) throw new Error(`the ledger has no bundle ${id}`)
    return open(compileBundle(unpackFiles(packed), adapters, overlay), id)
  }
  return {
    current: () => current,
    pinned: (id) => {
      let found = loaded.get(id)
      if (!found) {
        found = load(id)
        found.catch(() => loaded.delete(id))
        loaded.set(id, found)
      }
      return found
    },
  }
}

/** Keys that a recipe or a department of the bundle needs and the key store lacks, so that a gap shows at start. */
export function missingKeys(bundle: Bundle, keys: Keys): { kind: KeyKind; name: string; neededBy: string }[] {
  const recipes = [...bundle.recipes.values()].flatMap((recipe) =>
    recipe.needs.keys.map((key) => ({ ...key, neededBy: `signing/${recipe.name}` })),
  )
  const departments = [...bundle.systems.values()].flatMap(({ name, auth }) =>
    (auth?.algorithms ?? []).map((algorithm) => ({
      kind: algorithm === 'SM2' ? ('public' as const) : ('secret' as const),
      name: auth?.key ?? '',
      neededBy: `systems/${name}`,
    })),
  )
  return [...recipes, ...departments].filter(({ kind, name }) => !keys.has(kind, name))
}
