// Runs a mapping over a watched document and keeps, for every value it makes, what was read for it.
import type { Path } from '../../yaml.ts'
import { compileExpression } from '../expression/expression.ts'
import { compileGroup } from '../expression/group.ts'
import type { Compiled, Read, Scope } from '../expression/scope.ts'
import { isAbsent } from '../run.ts'
import { addTo, type Notes, type Trace, type TracedValue, walk } from './traced-values.ts'
import { type Seen, watchDocument } from './watched.ts'

/** `hooks` compile a mapping so that it is traced; `watch` makes the document it must then be given. */
export type Tracer = {
  hooks: Pick<Scope, 'compile' | 'group'>
  watch: (document: unknown) => unknown
  /** the single values of a result the mapping made */
  valuesOf: (result: unknown) => TracedValue[]
  /** paths of everything that was read */
  read: ReadonlySet<string>
}

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
