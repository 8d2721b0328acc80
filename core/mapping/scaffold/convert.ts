// The expression that turns a source into what its target wants, or why a person must say it.
import { compileDateTest } from '../dates.ts'
import { separatorOf } from './fit.ts'
import { dateFormat, epochUnit } from './infer.ts'
import type { Source, Target } from './leaf.ts'
import { remarkOf } from './names.ts'
import { type Line, translate } from './translate.ts'
import { flow } from './yaml-text.ts'

/** Line for a pair of single values. `map`: name of the department's maps in code tables. */
export function convert(source: Source, target: Target, map: string | undefined): Line {
  const { type } = target
  if (source.type.kind === 'any' || source.type.kind === 'object')
    return { gap: 'its type is not known', proposal: [flow(source.path)] }
  if (type.kind === 'list') return toList(source, target)
  if (source.type.kind === 'list') return toPieces(source, target)
  if (target.field.codes !== undefined) return translate(source, target, target.field.codes, map)
  if (target.field.values !== undefined) return toValues(source, target.field.values)
  if (type.kind === 'date' || type.kind === 'datetime') return toMoment(source, type.format, type.kind)
  if (type.kind === 'int' || type.kind === 'decimal') return toNumber(source, target)
  if (type.kind === 'bool' && source.type.kind !== 'bool')
    return { gap: 'say what is true', proposal: [flow(source.path)] }
  if (type.kind === 'text') return toText(source, target, type.max)
  return { text: flow(source.path) }
}

/** A target that takes some values only: those of the source must be among them. */
function toValues({ path, codes, field }: Source, values: ReadonlySet<string>): Line {
  const isKnown = field.values.size > 0 && [...field.values].every((value) => values.has(value))
  if (isKnown && codes === undefined) return { text: flow(path) }
  return { gap: `it takes only ${[...values].join(', ')}`, proposal: [flow(path)] }
}

function toList(source: Source, { field }: Target): Line {
  const on = separatorOf(source.said.zh)
  const isList = source.type.kind === 'list' && source.field.item !== undefined
  if (field.item === undefined || (!isList && source.type.kind !== 'text'))
    return { gap: 'a list of another shape', proposal: [] }
  const list = isList
    ? flow(source.path)
    : `{ split: ${flow(source.path)}, on: ${JSON.stringify(on ?? ',')} }`
  const table = field.item.codes
  if (table !== undefined && source.codes !== table.name) {
    const proposal = [`{ code: ${flow(table.name)}, of: ${list} }`]
    return { gap: `say how its pieces become ${table.name}`, proposal }
  }
  const text = table === undefined ? list : `{ code: ${flow(table.name)}, of: ${list} }`
  return isList || on !== undefined ? { text } : { gap: 'say what separates the pieces', proposal: [text] }
}

/** A list of single values becomes one text; what joins them must be told. */
function toPieces({ path, field }: Source, target: Target): Line {
  const mark = separatorOf(target.said.zh)
  const text = `{ join: ${JSON.stringify(`${path}[*]`)}, with: ${JSON.stringify(mark ?? ',')} }`
  if (mark !== undefined && field.item !== undefined && target.type.kind === 'text') return { text }
  return { gap: 'a list has to become one value', proposal: [text] }
}

/** Formats by length, for text columns whose values nobody showed. */
const byLength = new Map([
  [8, 'yyyyMMdd'],
  [10, 'yyyy-MM-dd'],
  [14, 'yyyyMMddHHmmss'],
  [19, 'yyyy-MM-dd HH:mm:ss'],
])

function toMoment(source: Source, to: string, kind: 'date' | 'datetime'): Line {
  const write = (from: string): string =>
    `{ date: ${flow(source.path)}, from: ${flow(from)}${kind === 'date' ? `, to: ${flow(to)}` : ''} }`
  const { type, field, said } = source
  const shown = field.values.size === 0 ? undefined : (dateFormat(field.values) ?? epochUnit(field.values))
  if (type.kind === 'date' || type.kind === 'datetime')
    return toldMoment(source, type.format, shown, to, write)
  if (shown !== undefined) return { text: write(shown) }
  if (field.values.size > 0) return { gap: 'no known date format fits the sample', proposal: [] }
  if (type.kind === 'int') {
    const told = remarkOf(said.zh)
    if (/毫秒|millis/i.test(told)) return { text: write('epochMillis') }
    return {
      gap: 'an epoch in milliseconds or seconds, or digits',
      proposal: [write('epochMillis'), write('epochSeconds')],
    }
  }
  const guess = type.kind === 'text' ? byLength.get(type.max) : undefined
  return { gap: 'its date format is not told', proposal: guess === undefined ? [] : [write(guess)] }
}

/** The schema tells a format; a sample that shows another is a contradiction. */
function toldMoment(
  source: Source,
  told: string,
  shown: string | undefined,
  to: string,
  write: (from: string) => string,
): Line {
  const values = [...source.field.values]
  const test = compileDateTest(told)
  if (values.length > 0 && !values.every(test)) {
    return {
      gap: `the schema says ${told}, the sample shows another format`,
      proposal: shown === undefined ? [] : [write(shown)],
    }
  }
  return { text: told === to ? flow(source.path) : write(told) }
}

function toNumber({ path, type }: Source, target: Target): Line {
  if (type.kind === 'text') return { text: `{ number: ${flow(path)} }` }
  if (type.kind === 'decimal' && target.type.kind === 'int')
    return { gap: 'places after the point have to go', proposal: [`{ number: ${flow(path)}, fixed: 0 }`] }
  return type.kind === 'int' || type.kind === 'decimal'
    ? { text: flow(path) }
    : { gap: 'no number', proposal: [] }
}

function toText(source: Source, target: Target, max: number): Line {
  const { path, type, field } = source
  if (
    target.field.check?.name === 'area-code' &&
    target.field.pattern?.test('510703000000') === true &&
    !target.field.pattern.test('510703')
  )
    return toArea(source)
  if (type.kind === 'date' || type.kind === 'datetime') return { text: flow(path) }
  const options = [
    ...(target.personal === 'name' ? ['trim: true', 'fold: true'] : []),
    ...(target.personal === 'id' ? ['trim: true', 'fold: true', 'upper: true'] : []),
    ...(type.kind === 'text' && type.max > max ? [`limit: ${max}`] : []),
  ]
  if (type.kind === 'text' && [...field.values].some((value) => value.length > max))
    return {
      gap: `values are longer than ${max}: cut, drop or refuse`,
      proposal: [`{ text: ${flow(path)}, limit: ${max} }`],
    }
  if (options.length === 0 && type.kind === 'text') return { text: flow(path) }
  return { text: `{ text: ${[flow(path), ...options].join(', ')} }` }
}

/** Areas of 6 digits become 12; how many there are must be seen or told. */
function toArea({ path, field, type, said }: Source): Line {
  const values = [...field.values]
  const all = (size: number): boolean => values.length > 0 && values.every((value) => value.length === size)
  const whole = `{ template: ${JSON.stringify(`{${path}}000000`)} }`
  const wide = type.kind === 'text' && type.max > 6 ? `{ text: ${whole}, limit: 12 }` : whole
  if (
    all(6) ||
    (values.length === 0 && (/6位/.test(remarkOf(said.zh)) || (type.kind === 'text' && type.max === 6)))
  )
    return { text: wide }
  if (all(12) || (values.length === 0 && /12位/.test(remarkOf(said.zh)))) return { text: flow(path) }
  return { gap: 'areas of 6, 9 or 12 digits', proposal: [wide, flow(path)] }
}
