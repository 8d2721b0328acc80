// Which trace belongs to which value of a result.
import type { Path } from '../../yaml.ts'
import { joinPath } from '../run.ts'
import type { Seen } from './watched.ts'

/**
 * What was read for a value, what decided that it was read (conditions, days codes were judged at), and where in the
 * mapping file the expression stands.
 */
export type Trace = { kind: string; at: Path; sources: Seen[]; conditions: Seen[] }

/** A single value of a result: its path, that of its target (`rows[*].no`), and its trace. */
export type TracedValue = { path: string; target: string; value: unknown; trace: Trace | undefined }

/** Traces of one object of the result by target path; several for the elements of a list of single values. */
export type Notes = Map<string, { trace: Trace; isAbsent: boolean }[]>
/** Adds what was read, once. */
export function addTo(list: Seen[], seen: Seen): void {
  if (!list.some(({ path }) => path === seen.path)) list.push(seen)
}

type Place = { path: string; target: string }

/** The single values of a result; `notesOf` knows the objects the mapping made. */
export function* walk(
  value: unknown,
  { path, target }: Place,
  notesOf: ReadonlyMap<unknown, Notes>,
  around: Notes,
): Generator<TracedValue> {
  const notes = notesOf.get(value) ?? around
  if (Array.isArray(value) && value.length > 0) {
    for (const [i, element] of value.entries()) {
      yield* walk(element, { path: `${path}[${i}]`, target: `${target}[*]` }, notesOf, notes)
    }
  } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [name, member] of Object.entries(value)) {
      const place = { path: joinPath(path, name), target: joinPath(target, name) }
      if (member !== undefined) yield* walk(member, place, notesOf, notes)
    }
  } else if (path !== '') yield { path, target, value, trace: traceOf(path, target, notes) }
}

/** The trace of a single value: its target's, or that of the nearest target it is inside, as far as it is about it. */
function traceOf(path: string, target: string, notes: Notes): Trace | undefined {
  for (
    let end = target.length;
    end > 0;
    end = Math.max(target.lastIndexOf('.', end - 1), target.lastIndexOf('[', end - 1))
  ) {
    const found = notes.get(target.slice(0, end))
    if (found === undefined) continue
    const present = found.filter((one) => !one.isAbsent)
    if (end < target.length) return narrow(merge(found.map(({ trace }) => trace)), path)
    const index = Number(/\[(\d+)\]$/.exec(path)?.[1])
    const own = target.endsWith('[*]') ? present[index] : undefined
    return own?.trace ?? merge(found.map(({ trace }) => trace))
  }
  return undefined
}

function merge(traces: readonly Trace[]): Trace {
  const [first] = traces
  const all: Trace = { kind: first?.kind ?? '', at: first?.at ?? [], sources: [], conditions: [] }
  for (const { sources, conditions } of traces) {
    for (const seen of sources) addTo(all.sources, seen)
    for (const seen of conditions) addTo(all.conditions, seen)
  }
  return all
}

/** Of a structure that was taken as a whole, the source with the longest common end. */
function narrow(trace: Trace, path: string): Trace {
  const steps = stepsOf(path)
  const ends = trace.sources.map((seen) => {
    const other = stepsOf(seen.path)
    let shared = 0
    while (shared < steps.length && steps.at(-1 - shared) === other.at(-1 - shared)) shared++
    return shared
  })
  const most = Math.max(0, ...ends)
  return most === 0 ? trace : { ...trace, sources: trace.sources.filter((_, i) => ends[i] === most) }
}

const stepsOf = (path: string): string[] => path.match(/\[\d+\]|[^.[\]]+/g) ?? []
