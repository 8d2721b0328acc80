// How the values of a source become codes of a table: a map that exists, the codes themselves, or a gap with a proposal.
import type { CodeTable } from '../schema/codes.ts'
import { codeOfWord } from './fit.ts'
import type { Source, Target } from './leaf.ts'
import { remarkOf } from './names.ts'
import { flow } from './yaml-text.ts'

/** The right side of a line, or a gap with lines to choose from. */
export type Line = { text: string } | { gap: string; proposal: readonly string[] }

/** Lines for a coded target. `map`: the name its department's maps have. */
export function translate(source: Source, target: Target, table: CodeTable, map: string | undefined): Line {
  const values = [...source.field.values]
  const write = (name?: string): string =>
    `{ code: ${flow(table.name)}, ${name === undefined ? '' : `map: ${flow(name)}, `}path: ${flow(source.path)} }`
  if (source.codes === table.name) return { text: write() }
  if (source.codes !== undefined)
    return { gap: `code table ${source.codes} has to become ${table.name}`, proposal: [write('?')] }
  const own = map === undefined ? undefined : table.maps.get(map)
  if (own !== undefined && values.every((value) => own.has(value))) return { text: write(map) }
  if (own !== undefined)
    return { gap: `map ${map} lacks ${count(values, (value) => own.has(value))}`, proposal: [write(map)] }
  if (values.length === 0)
    return { gap: `no values seen: say how they become ${table.name}`, proposal: [write(map)] }
  const name = generic(values, table)
  if (name !== undefined) return { text: write(name) }
  if (values.every((value) => table.codes.has(value))) return sameCodes(source, target, table, write)
  return proposeMap(source, table, map ?? 'your-system', write)
}

/** The map of the words `true` and `false`, or of Chinese words, where every map that knows them says the same. */
function generic(values: readonly string[], table: CodeTable): string | undefined {
  if (!values.every((value) => /^(true|false)$/.test(value) || /\p{Script=Han}/u.test(value)))
    return undefined
  const fitting = [...table.maps].filter(([, pairs]) => values.every((value) => pairs.has(value)))
  const said = new Set(fitting.map(([, pairs]) => values.map((value) => pairs.get(value)).join()))
  return said.size === 1 ? fitting[0]?.[0] : undefined
}

/** Values that look like the table's own codes may mean something else: only what is said in words is believed. */
function sameCodes(source: Source, target: Target, table: CodeTable, write: (name?: string) => string): Line {
  const told = remarkOf(source.said.zh)
  const isYesNo =
    table.name === 'yes-no' && (/1[^\d]?是/.test(told) || (told === '' && source.type.kind === 'int'))
  // 5最好 on both sides
  const isTold = told !== '' && told === remarkOf(target.said.zh)
  if (isYesNo || isTold) return { text: write() }
  const turned = [...table.maps.keys()].filter((name) => /revers|letters/.test(name))
  const hint = turned.length > 0 ? `; the table also has ${turned.join(', ')}` : ''
  return {
    gap: `the values look like codes of ${table.name}; say that they mean the same${hint}`,
    proposal: [write()],
  }
}

/** Words the table itself says are shown; other values stay in the sample, they may be anything. */
function proposeMap(source: Source, table: CodeTable, map: string, write: (name?: string) => string): Line {
  const pairs = [...source.field.values].flatMap((value) => {
    const code = source.personal === undefined ? codeOfWord(value, table) : undefined
    return code === undefined ? [] : [`${flow(value)}: ${JSON.stringify(code)}`]
  })
  const rest = source.field.values.size - pairs.length
  const known =
    pairs.length > 0 ? [`codes/${table.name}.yaml maps: ${flow(map)}: { ${pairs.join(', ')} }`] : []
  return {
    gap: `${table.name} needs a map for its words${rest > 0 ? `; ${rest} of ${source.field.values.size} in the sample are unknown` : ''}`,
    proposal: [...known, write(map)],
  }
}

function count(values: readonly string[], known: (value: string) => boolean): string {
  return `${values.filter((value) => !known(value)).length} of ${values.length} values`
}
