// The shipped mappings as a measuring stick: their schemas and cases as sources, their lines as the right answers.
import { resolve } from 'node:path'
import { readFiles } from '../../../core/flow/files.ts'
import { compileLibrary, type Library } from '../../../core/mapping/library.ts'
import type { Decision } from '../../../core/mapping/scaffold/outcome.ts'
import { type Drafts, type Input, scaffold } from '../../../core/mapping/scaffold/scaffold.ts'
import type { Schema } from '../../../core/mapping/schema/schema.ts'
import { FileError, readYaml, type Source } from '../../../core/yaml.ts'

const files = readFiles(resolve(import.meta.dirname, '../../../mappings'))
const sources = new Map<string, Source>()
for (const [file, text] of Object.entries(files)) {
  try {
    sources.set(file, readYaml(file, text))
  } catch (error) {
    if (!(error instanceof FileError)) throw error
  }
}
/** The files of schemas, canonical types and code tables; the mappings are read as data only. */
export const tables: readonly Source[] = [...sources.values()].filter(({ file }) =>
  /^(schemas|canonical|codes)\//.test(file),
)
export const library: Library = compileLibrary(tables, {}).library
const names = [...sources.keys()]
  .filter(
    (file) =>
      !/^(schemas|canonical|codes|systems|flows|signing)\//.test(file) && !file.endsWith('.cases.yaml'),
  )
  .map((file) => file.replace(/\.yaml$/, ''))

type MappingData = { from: string; to: string; format?: string; fields: Record<string, unknown> }
type CaseRow = { given?: unknown; text?: string; expect?: unknown }

/** Names of shipped intake mappings. */
export function intakes(): string[] {
  return names.filter(
    (name) => library.types.has(mappingOf(name).to) && typeof mappingOf(name).from === 'string',
  )
}

/** Names of shipped mappings from one canonical type to a platform's schema. */
export function outbounds(): string[] {
  return names.filter(
    (name) => library.schemas.has(mappingOf(name).to) && library.types.has(mappingOf(name).from),
  )
}

export function mappingOf(name: string): MappingData {
  return sources.get(`${name}.yaml`)?.data as MappingData
}

/** Bodies of the cases that are accepted, as sample files. */
export function samplesOf(name: string): Input[] {
  const rows = (sources.get(`${name}.cases.yaml`)?.data ?? []) as CaseRow[]
  return rows
    .filter(({ expect }) => expect !== undefined)
    .map(({ given, text }) => {
      const body = (text ?? JSON.stringify(given)).replace(/encoding="[^"]*"/i, 'encoding="UTF-8"')
      return { file: 'sample', bytes: Buffer.from(body) }
    })
}

/** The source path of a shipped line; undefined for constants and conditions. */
export function pathOf(line: unknown): string | undefined {
  if (typeof line === 'string') return line.replace(/\[\*\]$/, '')
  if (typeof line !== 'object' || line === null) return undefined
  const row = line as Record<string, unknown>
  if (row.when !== undefined) return pathOf(row.then)
  if (Array.isArray(row.first)) return pathOf(row.first[0])
  if (typeof row.template === 'string') {
    const names = [...row.template.matchAll(/\{([^{}]+)\}/g)].map(([, inner]) => inner)
    return names.length === 1 ? names[0] : undefined
  }
  for (const key of ['path', 'of', 'date', 'text', 'number', 'each', 'split', 'join']) {
    if (row[key] !== undefined) return pathOf(row[key])
  }
  return undefined
}

/** Right answers: target → source path, members of lists as `list[*].name`. */
export function answers(name: string): Map<string, string> {
  const result = new Map<string, string>()
  const walk = (fields: Record<string, unknown>, prefix: string): void => {
    for (const [target, line] of Object.entries(fields)) {
      const path = pathOf(line)
      if (path !== undefined) result.set(prefix + target, path)
      const { fields, each } = (typeof line === 'object' && line !== null ? line : {}) as Record<
        string,
        unknown
      >
      if (typeof fields === 'object' && fields !== null)
        walk(fields as Record<string, unknown>, `${prefix}${target}${each === undefined ? '' : '[*]'}.`)
    }
  }
  walk(mappingOf(name).fields, '')
  return result
}

export type Score = { sure: number; right: number; possible: number; wrong: string[]; missed: string[] }

/** Scores sure lines against the shipped lines. */
export function score(name: string, decisions: readonly Decision[]): Score {
  const right = answers(name)
  const result: Score = { sure: 0, right: 0, possible: right.size, wrong: [], missed: [] }
  for (const { target, state, source, score: sureness, why } of decisions) {
    const wanted = right.get(target)
    const told = `${name} ${target}: ${source} ${sureness} (${why}), shipped ${wanted}`
    if (state === 'sure') {
      result.sure++
      if (wanted === source) result.right++
      else result.wrong.push(told)
    } else if (wanted !== undefined) result.missed.push(told)
  }
  return result
}

/** What scaffold makes under a name, for the target of the shipped mapping of that name unless another is said. */
export function draft(name: string, inputs: readonly Input[], to = mappingOf(name).to): Drafts {
  const target = library.types.get(to) ?? library.schemas.get(to)
  if (target === undefined) throw new Error(`${name} has no target`)
  return scaffold({ inputs, target: { name: to, fields: target.fields }, name, table: undefined })
}

/** The source of a shipped mapping: a department's schema, or a canonical type. */
export function sourceOf(name: string): Schema {
  const from = mappingOf(name).from
  const found = library.schemas.get(from) ?? library.types.get(from)
  if (found === undefined) throw new Error(`${name} has no source`)
  return found
}

export function total(scores: readonly Score[]): Score & { precision: number; recall: number } {
  const sum = (pick: (score: Score) => number): number => scores.reduce((all, score) => all + pick(score), 0)
  const [sure, right, possible] = [sum((s) => s.sure), sum((s) => s.right), sum((s) => s.possible)]
  return {
    sure,
    right,
    possible,
    wrong: scores.flatMap(({ wrong }) => wrong),
    missed: scores.flatMap(({ missed }) => missed),
    precision: right / Math.max(1, sure),
    recall: right / Math.max(1, possible),
  }
}
