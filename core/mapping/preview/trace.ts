// Runs a mapping over a watched document and keeps, for every value it makes, what was read for it.
import type { Path } from '../../yaml.ts'
import { compileExpression } from '../expression/expression.ts'
import { compileGroup } from '../expression/group.ts'
import type { Compiled, Read, Scope } from '../expression/scope.ts'
import { isAbsent, joinPath } from '../run.ts'
import { type Seen, watchDocument } from './watched.ts'

/**
 * What was read for a value, what decided that it was read (conditions, days codes were judged at), and where in the
 * mapping file the expression stands.
 */
export type Trace = { kind: string; at: Path; sources: Seen[]; conditions: Seen[] }

/** A single value of a result: its path, that of its target (`rows[*].no`), and its trace. */
export type TracedValue = { path: string; target: string; value: unknown; trace: Trace | undefined }

/** `hooks` compile a mapping so that it is traced; `watch` makes the document it must then be given. */
export type Tracer = {
  hooks: Pick<Scope, 'compile' | 'group'>
  watch: (document: unknown) => unknown
  /** the single values of a result the mapping made */
  valuesOf: (result: unknown) => TracedValue[]
  /** paths of everything that was read */
  read: ReadonlySet<string>
}

/** Traces of one object of the result by target path; several for the elements of a list of single values. */
type Notes = Map<string, { trace: Trace; isAbsent: boolean }[]>
type Frame = Trace & { into: string }

// what they read directly decides whether something is taken, not what
const deciding = new Set(['when', 'code', 'each', 'group'])
// their parts are targets of their own
const structural = new Set(['each', 'group', 'concat', 'fields'])
// what they read is not in the document, or out of sight
const elsewhere = new Set(['meta', 'step', 'expr'])

/** A tracer for one run. */
export function createTracer(): Tracer {
  const frames: Frame[] = []
  const open: Notes[] = []
  const notesOf = new Map<unknown, Notes>()
  const read = new Set<string>()
  let bare = (value: unknown): unknown => value
  let pathOf = (_: unknown): string | undefined => undefined

  const tell = (seen: Seen): void => {
    const frame = frames.at(-1)
    if (frame === undefined) return
    read.add(seen.path)
    addTo(deciding.has(frame.kind) ? frame.conditions : frame.sources, seen)
  }

  const finish = (frame: Frame, value: unknown): void => {
    const parent = frames.at(-1)
    if (parent !== undefined && parent.into === frame.into) {
      if (structural.has(parent.kind)) return
      // of several to choose from, what gave nothing is no source as long as another one gives something
      if (parent.kind === 'first' && !isAbsent(value)) parent.sources.length = 0
      for (const seen of frame.sources) addTo(parent.sources, seen)
      for (const seen of frame.conditions) addTo(parent.conditions, seen)
      return
    }
    const notes = open.at(-1)
    const { kind, at, sources, conditions } = frame
    const list = notes?.get(frame.into) ?? []
    notes?.set(frame.into, [...list, { trace: { kind, at, sources, conditions }, isAbsent: isAbsent(value) }])
  }

  const traced = (compiled: Compiled, into: string, at: Path): Read => {
    const kind = compiled.kind ?? ''
    return (item, run) => {
      const frame: Frame = { kind, at, into, sources: [], conditions: [] }
      frames.push(frame)
      let value: unknown
      try {
        value = compiled.read(item, run)
      } finally {
        frames.pop()
      }
      const path = pathOf(value)
      if (path !== undefined) addTo(frame.sources, { path, value: undefined })
      if (elsewhere.has(kind)) {
        const shown = kind === 'expr' ? undefined : value
        frame.sources = compiled.facts.sources.map((source) => ({ path: source, value: shown }))
      }
      finish(frame, value)
      return bare(value)
    }
  }

  return {
    hooks: {
      compile: (data, scope, at, target) => {
        const compiled = compileExpression(data, scope, at, target)
        return { ...compiled, read: traced(compiled, scope.into, at) }
      },
      group: (...given) => {
        const group = compileGroup(...given)
        return {
          ...group,
          fill: (item, run) => {
            const notes: Notes = new Map()
            open.push(notes)
            try {
              const result = group.fill(item, run)
              if (result !== undefined) notesOf.set(result, notes)
              return result
            } finally {
              open.pop()
            }
          },
        }
      },
    },
    watch: (document) => {
      const watched = watchDocument(document, tell)
      bare = watched.bare
      pathOf = watched.pathOf
      return watched.document
    },
    valuesOf: (result) => [...walk(result, { path: '', target: '' }, notesOf, new Map())],
    read,
  }
}

function addTo(list: Seen[], seen: Seen): void {
  if (!list.some(({ path }) => path === seen.path)) list.push(seen)
}

type Place = { path: string; target: string }

function* walk(
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
