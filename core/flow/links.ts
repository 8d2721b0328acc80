// The links of all bundles in use. A system whose files did not change keeps its link over a reload, and with it the
// session it is signed in with: many platforms end the older session when somebody signs in again.
import type { Bundle } from './bundle.ts'
import { createLink, type Link, type Tools } from './exchange.ts'
import type { Overlay, System } from './system.ts'

export type Links = {
  /** links to the systems of a bundle, those already open where nothing of the system changed */
  of(bundle: Bundle, overlay: Overlay): ReadonlyMap<string, Link>
  /** forgets the links that none of these bundles has */
  keep(bundles: readonly { links: ReadonlyMap<string, Link> }[]): void
}

/** Opens links, each once. */
export function openLinks(tools: Tools): Links {
  const open = new Map<string, Link>()
  return {
    of: (bundle, overlay) =>
      new Map(
        [...bundle.systems.values()].map((system) => {
          const name = nameOf(bundle, system, overlay)
          const link = open.get(name) ?? createLink(system, bundle.recipes, tools)
          open.set(name, link)
          return [system.name, link] as const
        }),
      ),
    keep: (bundles) => {
      const needed = new Set(bundles.flatMap(({ links }) => [...links.values()]))
      for (const [name, link] of open) if (!needed.has(link)) open.delete(name)
    },
  }
}

/** Everything a link is made of, as text: the system's file, the environment's word on it, its signing recipes. */
function nameOf({ files }: Bundle, { name, operations }: System, overlay: Overlay): string {
  const recipes = [...operations.values()].flatMap(({ recipe }) =>
    recipe ? [files[`signing/${recipe}.yaml`]] : [],
  )
  return JSON.stringify([name, files[`systems/${name}.yaml`], overlay.systems[name], recipes])
}
