// What reads the settings and session values of a system: the recipes of its operations, and the pipelines that decrypt
// what signing in gave.
import type { Use } from '../../signing/context.ts'
import type { Path } from '../../yaml.ts'
import type { System } from '../system.ts'
import { type Checked, pointAt, type Related } from './parts.ts'
import { systemFile } from './written.ts'

export type Reader = {
  /** the file it stands in */
  file: string
  /** signs the call that signs in, when there is no session yet */
  isSignIn: boolean
  /** what it reads; paths from the root of the file */
  settings: readonly Use[]
  session: readonly Use[]
  /** where the system file names it */
  used: Related
}

/** Everything that reads; a recipe of several operations once, and once more as the one that signs in. */
export function readersOf(system: System, parts: Checked): Reader[] {
  const readers = new Map<string, Reader>()
  for (const [operation, { recipe: name }] of system.operations) {
    const recipe = name === undefined ? undefined : parts.recipes.get(name)
    if (recipe === undefined) continue
    const isSignIn = system.session?.operation === operation
    const id = `${name} ${isSignIn}`
    if (readers.has(id)) continue
    const at = ['operations', operation, 'recipe']
    const used = pointAt(parts, systemFile(system), at, `operation "${operation}"`, `操作“${operation}”`)
    readers.set(id, { file: `signing/${name}.yaml`, isSignIn, ...recipe.needs, used })
  }
  return [...readers.values(), ...pipelinesOf(system, parts)]
}

function pipelinesOf(system: System, parts: Checked): Reader[] {
  const file = systemFile(system)
  return Object.entries(system.session?.decrypt ?? {}).map(([name, { needs }]) => {
    const prefix: Path = ['session', 'decrypt', name]
    const placed = (uses: readonly Use[]): Use[] =>
      uses.map((use) => ({ ...use, at: [...prefix, ...use.at] }))
    const used = pointAt(parts, file, prefix, `decrypts "${name}"`, `解密“${name}”`)
    return { file, isSignIn: false, settings: placed(needs.settings), session: placed(needs.session), used }
  })
}

/** Whether all its recipes could be read, so that it is known what is read. */
export function isWhole({ operations }: System, { recipes }: Checked): boolean {
  return [...operations.values()].every(({ recipe }) => recipe === undefined || recipes.has(recipe))
}
