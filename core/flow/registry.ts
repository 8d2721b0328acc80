// The bundles in use: the current one, which accepts, and older ones that accepted what is still under way.
import { type BundleUse, bundlesInUse, loadBundle, saveBundle } from '../ledger/bundle.ts'
import type { Database } from '../ledger/database.ts'
import { addLanes } from '../ledger/lane.ts'
import type { Adapter } from './adapter.ts'
import { type Bundle, compileBundle, type Files, packFiles, restoreBundle, unpackFiles } from './bundle.ts'
import type { Link, Tools } from './exchange.ts'
import { openLinks } from './links.ts'
import { parseAhead } from './parse.ts'
import type { Overlay, System } from './system.ts'

/** A bundle with its number in the ledger and open links to its systems. */
export type Loaded = Bundle & { id: number; links: ReadonlyMap<string, Link> }

/** What an integrator and an environment hand to the hub. */
export type Input = { files: Files; overlay: Overlay }

/** A stored bundle and the overlay it is compiled under: enough for another thread to follow. */
export type Stored = { id: number; overlay: Overlay }

/** A bundle in use. `since`: when it became current in this process, else when the ledger first saw it. */
export type Version = Pick<BundleUse, 'id' | 'digest' | 'open' | 'dead'> & { current: boolean; since: string }

export type Registry = {
  current(): Loaded
  /** when the current bundle became current in this process */
  since(): Date
  overlay(): Overlay
  /** the bundle a message was pinned to; throws when the ledger lost it or it cannot be read any more */
  pinned(id: number): Promise<Loaded>
  /** a system as the current files declare it, or else the newest older ones that are at hand */
  system(name: string): System | undefined
  /** stores a compiled bundle and its lanes in the ledger, and only then makes it current; a throw changes nothing */
  use(bundle: Bundle, overlay: Overlay): Promise<Loaded>
  /** makes a stored bundle current; a throw changes nothing */
  adopt(stored: Stored): Promise<Loaded>
  /** the current bundle, and every other with deliveries that are not done */
  versions(): Promise<Version[]>
  /** lets bundles go from memory that no delivery needs any more */
  release(): Promise<void>
  /** calls `listener` after each change of the current bundle */
  onChange(listener: (stored: Stored) => void): void
}

/** Opens the registry on files, which it compiles and stores, or on a bundle that the ledger has. Throws FileError. */
export async function openRegistry(
  database: Database,
  adapters: readonly Adapter[],
  tools: Tools,
  first: Input | Stored,
): Promise<Registry> {
  const loaded = new Map<number, Promise<Loaded>>()
  const ready = new Map<number, Loaded>()
  const links = openLinks(tools)
  const since = new Map<number, Date>()
  const listeners: ((stored: Stored) => void)[] = []
  let overlay = first.overlay
  let current: Loaded

  const load = async (id: number, under: Overlay): Promise<Loaded> => {
    const packed = await loadBundle(database.query, id)
    if (!packed) throw new Error(`the ledger has no bundle ${id}`)
    const files = unpackFiles(packed)
    const bundle = restoreBundle(files, adapters, under, await parseAhead(files))
    return { ...bundle, id, links: links.of(bundle, under) }
  }
  const swap = (next: Loaded, under: Overlay): Loaded => {
    // addresses and accounts of the environment hold for older bundles too: these are compiled anew when needed
    if (JSON.stringify(under) !== JSON.stringify(overlay)) {
      loaded.clear()
      ready.clear()
    }
    overlay = under
    current = next
    loaded.set(next.id, Promise.resolve(next))
    ready.set(next.id, next)
    since.set(next.id, new Date())
    for (const listener of listeners) listener({ id: next.id, overlay })
    return next
  }
  const registry: Registry = {
    current: () => current,
    since: () => since.get(current.id) as Date,
    overlay: () => overlay,
    pinned: (id) => {
      const found = loaded.get(id)
      if (found) return found
      const work = load(id, overlay)
      loaded.set(id, work)
      work.then(
        (done) => loaded.get(id) === work && ready.set(id, done),
        () => loaded.get(id) === work && loaded.delete(id),
      )
      return work
    },
    system: (name) => {
      const found = current.systems.get(name)
      if (found) return found
      const older = [...ready.values()].sort((a, b) => b.id - a.id)
      return older.find(({ systems }) => systems.has(name))?.systems.get(name)
    },
    use: async (bundle, under) => {
      const opened = links.of(bundle, under)
      const id = await saveBundle(database.query, bundle.digest, packFiles(bundle.files))
      // before anything can be accepted for them: a delivery in a lane that does not exist is never claimed
      for (const { name, lanes, operations } of bundle.systems.values()) {
        if (operations.size > 0) await addLanes(database.query, name, lanes)
      }
      return swap({ ...bundle, id, links: opened }, under)
    },
    adopt: async ({ id, overlay: under }) => swap(await load(id, under), under),
    versions: async () =>
      (await bundlesInUse(database.query, current.id)).map(({ loaded_at, ...use }) => ({
        ...use,
        current: use.id === current.id,
        since: (since.get(use.id) ?? loaded_at).toISOString(),
      })),
    release: async () => {
      const needed = new Set((await bundlesInUse(database.query, current.id)).map(({ id }) => id))
      needed.add(current.id)
      for (const id of loaded.keys()) {
        if (needed.has(id)) continue
        loaded.delete(id)
        ready.delete(id)
      }
      links.keep([...ready.values()])
    },
    onChange: (listener) => listeners.push(listener),
  }
  await ('files' in first
    ? registry.use(compileBundle(first.files, adapters, overlay, await parseAhead(first.files)), overlay)
    : registry.adopt(first))
  return registry
}
