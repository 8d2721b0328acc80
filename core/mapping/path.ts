// Source paths: `a.b`, `list[0].c`, `list[*].c`, `$` (the root), `$.x` (from the root), `.` (the item itself).
// A path is read once and becomes a closure; names an object inherits can never be reached.

export type Step =
  | { kind: 'name'; name: string }
  | { kind: 'index'; index: number }
  /** `[*]`: every element; the result becomes a flat list */
  | { kind: 'every' }

/** `fromRoot`: starts with `$`. */
export type ParsedPath = { fromRoot: boolean; steps: readonly Step[] }

/** A path that cannot be read. */
export class PathError extends Error {
  readonly zh: string
  constructor(en: string, zh: string) {
    super(en)
    this.zh = zh
  }
}

/** Names that would reach into JavaScript itself; refused in paths, schemas and documents. */
export function isReservedName(name: string): boolean {
  return name === 'prototype' || name in Object.prototype
}

/** Reads the text of a path. */
export function parsePath(text: string): ParsedPath {
  const wrong = (): PathError => new PathError(`"${text}" is not a path`, `“${text}”不是有效的路径`)
  if (text === '.') return { fromRoot: false, steps: [] }
  if (text === '$') return { fromRoot: true, steps: [] }
  const fromRoot = /^\$[.[]/.test(text)
  const rest = fromRoot ? text.slice(text[1] === '.' ? 2 : 1) : text
  if (!/^(\[(\d{1,6}|\*)\]|[^\s.[\]$]+)(\.[^\s.[\]$]+|\[(\d{1,6}|\*)\])*$/.test(rest)) throw wrong()
  const steps = [...rest.matchAll(/\[(\d+|\*)\]|[^.[\]]+/g)].map(([token, index]): Step => {
    if (index === '*') return { kind: 'every' }
    if (index !== undefined) return { kind: 'index', index: Number(index) }
    if (isReservedName(token)) throw new PathError(`"${token}" is a reserved name`, `“${token}”是保留名称`)
    return { kind: 'name', name: token }
  })
  return { fromRoot, steps }
}

type Read = (value: unknown) => unknown

/** Reads one member; arrays answer only to indexes, so `keys` or `length` of a list is absent. */
function member(name: string): Read {
  if (name in Array.prototype) {
    return (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)[name]
        : undefined
  }
  return (value) =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/** `loose` reads XML: an element that came once is a list of one. */
function index(at: number, loose: boolean): Read {
  return (value) => (Array.isArray(value) ? value[at] : loose && at === 0 ? value : undefined)
}

function every(rest: Read, loose: boolean): Read {
  return (value) => {
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value) && !loose) return undefined
    const result: unknown[] = []
    for (const element of Array.isArray(value) ? value : [value]) {
      const found = rest(element)
      // one by one: spreading a very long list would overflow the stack
      if (Array.isArray(found)) for (const each of found) result.push(each)
      else if (found !== undefined && found !== null && found !== '') result.push(found)
    }
    return result
  }
}

/** `a.b` in one closure: most paths of most mappings. */
function memberOfMember(outer: Step, inner: Step | undefined): Read | undefined {
  if (outer.kind !== 'name' || inner?.kind !== 'name') return undefined
  const [a, b] = [outer.name, inner.name]
  if (a in Array.prototype || b in Array.prototype) return undefined
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined
    const member = (value as Record<string, unknown>)[a]
    return typeof member === 'object' && member !== null ? (member as Record<string, unknown>)[b] : undefined
  }
}

/** Compiles steps to one closure. */
export function compileSteps(steps: readonly Step[], loose = false): Read {
  const [first, ...rest] = steps
  if (first === undefined) return (value) => value
  if (first.kind === 'every') return every(compileSteps(rest, loose), loose)
  const read = first.kind === 'name' ? member(first.name) : index(first.index, loose)
  if (rest.length === 0) return read
  if (rest.length === 1) {
    const pair = memberOfMember(first, rest[0])
    if (pair !== undefined) return pair
  }
  const next = compileSteps(rest, loose)
  return (value) => next(read(value))
}

/** Compiles a path over one value; `$.x` and `x` mean the same here. Absent members give undefined. */
export function compilePath(text: string): (value: unknown) => unknown {
  return compileSteps(parsePath(text).steps)
}
