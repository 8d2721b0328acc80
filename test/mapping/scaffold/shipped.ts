// The shipped mappings as a measuring stick: their schemas and cases as sources, their lines as the right answers.
import { resolve } from 'node:path'
import { readFiles } from '../../../core/flow/files.ts'
import { compileLibrary, type Library } from '../../../core/mapping/library.ts'
import { type Draft, draftFields, mergeFields } from '../../../core/mapping/scaffold/draft.ts'
import { propose } from '../../../core/mapping/scaffold/propose.ts'
import { draftSample, parseSample, type Sample } from '../../../core/mapping/scaffold/sample.ts'
import { writeMapping } from '../../../core/mapping/scaffold/write.ts'
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
/** Schemas, canonical types and code tables; the mappings are read as data only. */
export const library: Library = compileLibrary(
  [...sources.values()].filter(({ file }) => /^(schemas|canonical|codes)\//.test(file)),
  {},
).library
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

/** Bodies of the cases that are accepted. */
export function samplesOf(name: string): Sample[] {
  const rows = (sources.get(`${name}.cases.yaml`)?.data ?? []) as CaseRow[]
  return rows
    .filter(({ expect }) => expect !== undefined)
    .map(({ given, text }) =>
      parseSample(
        'case',
        Buffer.from((text ?? JSON.stringify(given)).replace(/encoding="[^"]*"/i, 'encoding="UTF-8"')),
      ),
    )
}

/** A draft from samples alone. */
export function draftOfSamples(name: string): Draft {
  const [first, ...rest] = samplesOf(name).map((sample) => draftSample(name, sample))
  if (first === undefined) throw new Error(`${name} has no accepted case`)
  for (const other of rest) first.fields = mergeFields(first.fields, other.fields)
  return first
}

/** A draft with the labels of the shipped schema and the values of the cases. */
export function draftWithLabels(name: string): Draft {
  const schema = library.schemas.get(mappingOf(name).from) as Schema
  const shown = draftOfSamples(name)
  return { ...shown, fields: mergeFields(draftFields(schema.fields), shown.fields) }
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
export function measure(name: string, draft: Draft, kind: 'intake' | 'outbound' = 'intake'): Score {
  const to = mappingOf(name).to
  const target = kind === 'intake' ? library.types.get(to) : library.schemas.get(to)
  const right = answers(name)
  const score: Score = { sure: 0, right: 0, possible: right.size, wrong: [], missed: [] }
  const proposal = propose(draft, target?.fields ?? [])
  const names = { from: 'x/y', to, map: name.split('/')[0] }
  for (const { target: path, state, source, score: sureness, why } of writeMapping(draft, proposal, names)
    .decisions) {
    const wanted = right.get(path)
    const told = `${name} ${path}: ${source} ${sureness} (${why}), shipped ${wanted}`
    if (state === 'sure') {
      score.sure++
      if (wanted === source) score.right++
      else score.wrong.push(told)
    } else if (wanted !== undefined) score.missed.push(told)
  }
  return score
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
