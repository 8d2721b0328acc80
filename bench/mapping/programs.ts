// The programs that are compared, over the same messages: each converts message number `i` of the pool.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import jsonata from 'jsonata'
import { type Library, loadLibrary } from '../../core/mapping/library.ts'
import { type MapContext, scalarText } from '../../core/mapping/run.ts'
import { readYaml } from '../../core/yaml.ts'
import { type Case, convertByHand } from './hand.ts'
import { makeCase } from './message.ts'

const folder = join(import.meta.dirname, 'files')
const pool = 256 // messages, so that caches do not hold one answer

export const acceptedAt = '2026-03-02 09:30:00'
const context: MapContext = {
  meta: { messageId: '01JNBENCH00000000000000000', acceptedAt, now: acceptedAt, source: 'bench' },
  steps: {},
}

export type ProgramName = 'hand' | 'compiled' | 'validated' | 'json' | 'jsonata'

/** Converts message `i`; a promise only where the program cannot do without. */
export type Program = { name: ProgramName; title: string; convert: (i: number) => unknown }

/** The mappings of this benchmark, compiled. */
export function compileBench(): Library {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  )
  const sources = names.map((name) =>
    readYaml(name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')),
  )
  return loadLibrary(sources, {})
}

/** All programs over one pool of parsed messages; the four that map have been proved to give the same documents. */
export async function makePrograms(): Promise<Program[]> {
  const library = compileBench()
  const texts = Array.from({ length: pool }, (_, i) => JSON.stringify(makeCase(i)))
  const messages = texts.map((text) => JSON.parse(text) as Record<string, unknown>)
  const at = (i: number): Record<string, unknown> => messages[i % pool] as Record<string, unknown>
  const { meta } = context
  const expression = jsonata(readFileSync(join(folder, 'case.jsonata'), 'utf8'))
  const map = (name: string) => {
    const outbound = library.outbound(name)
    if (outbound === undefined) throw new Error(`mapping ${name} is missing`)
    return (i: number) => outbound.apply(at(i), context)
  }
  const programs: Program[] = [
    {
      name: 'hand',
      title: 'hand-written',
      convert: (i) => convertByHand(at(i) as unknown as Case, acceptedAt),
    },
    { name: 'compiled', title: 'compiled', convert: map('platform/plain') },
    { name: 'validated', title: 'compiled, validated', convert: map('platform/full') },
    {
      name: 'json',
      title: 'JSON.parse + stringify',
      convert: (i) => JSON.stringify(JSON.parse(texts[i % pool] as string)),
    },
    { name: 'jsonata', title: 'JSONata', convert: (i) => expression.evaluate(at(i), { meta }) },
  ]
  await prove(programs, library, messages)
  return programs
}

/** No figures for programs that do other work, or for messages that are no valid case. */
async function prove(
  programs: readonly Program[],
  library: Library,
  messages: readonly Record<string, unknown>[],
): Promise<void> {
  for (const [i, message] of messages.entries()) {
    const [issue] = library.types.get('bench.case')?.validate(message, context).issues ?? []
    if (issue !== undefined) throw new Error(`message ${i} is no valid case: ${issue.path} ${issue.en}`)
    const expected = convertByHand(message as unknown as Case, acceptedAt)
    for (const { name, convert } of programs) {
      if (name === 'json') continue
      const got = plain(await convert(i))
      if (!isDeepStrictEqual(got, expected)) {
        throw new Error(`${name} converts message ${i} otherwise: ${difference(expected, got)}`)
      }
    }
  }
}

/** Without the hidden marks JSONata leaves on its lists. */
function plain(value: unknown): unknown {
  return structuredClone(value)
}

function difference(wanted: unknown, got: unknown): string {
  const [left, right] = [leaves(wanted), leaves(got)]
  const place = [...new Set([...left.keys(), ...right.keys()])].find(
    (path) => left.get(path) !== right.get(path),
  )
  return place === undefined ? 'order or kind' : `${place}: ${left.get(place)} / ${right.get(place)}`
}

/** Every leaf of a document by its path. */
export function leaves(value: unknown, path = ''): Map<string, string | undefined> {
  if (typeof value !== 'object' || value === null) return new Map([[path, scalarText(value)]])
  return new Map(Object.entries(value).flatMap(([key, member]) => [...leaves(member, `${path}/${key}`)]))
}
