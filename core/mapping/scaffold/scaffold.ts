// Scaffold: from what a department has (a sample, a DDL, a field table, a schema) to drafts of a schema, a mapping and
// its cases. Nothing here reads or writes files; the command does.
import { suggest } from '../../nearest.ts'
import type { Field } from '../schema/field.ts'
import type { Schema } from '../schema/schema.ts'
import { isDdl, readDdl, type Table } from './ddl.ts'
import { type Draft, draftFields, mergeFields } from './draft.ts'
import type { Decision } from './outcome.ts'
import { markPersonal } from './personal.ts'
import { propose } from './propose.ts'
import { draftSample, parseSample, readText, type Sample } from './sample.ts'
import { writeStub } from './stub.ts'
import { isFieldTable, readFieldTable } from './table.ts'
import { writeMapping } from './write-mapping.ts'
import { writeSchema } from './write-schema.ts'

/** What scaffold starts from: files as they are, or a schema of the library. */
export type Input = { file: string; bytes: Buffer } | { schema: Schema }

export type Order = {
  inputs: readonly Input[]
  /** a canonical type or a schema */
  target: { name: string; fields: readonly Field[] }
  /** `dept/acceptance`: names the files; its first part names the department's maps in code tables */
  name: string
  /** table of a DDL that holds several */
  table: string | undefined
}

export type Drafts = {
  /** YAML text by path in the mappings folder */
  files: Readonly<Record<string, string>>
  decisions: readonly Decision[]
  /** names of tables that were passed over */
  skipped: readonly string[]
}

/** An input scaffold cannot use. */
export class ScaffoldError extends Error {
  readonly zh: string
  constructor(en: string, zh: string) {
    super(en)
    this.name = 'ScaffoldError'
    this.zh = zh
  }
}

/**
 * Drafts for an order. Inputs told by a document (schema, DDL, field table) come before samples, whatever their order.
 * @throws ScaffoldError, QiaoError for samples that cannot be parsed
 */
export function scaffold({ inputs, target, name, table }: Order): Drafts {
  const read = inputs.map((input) => readInput(input, name, table))
  const told = read.filter(({ sample }) => sample === undefined)
  const shown = read.filter(({ sample }) => sample !== undefined)
  const [first, ...rest] = [...told, ...shown]
  if (first === undefined) throw new ScaffoldError('nothing to start from', '没有可用的输入')
  const draft = mergeDrafts(first, rest)
  const schema = read.find((each) => each.schema !== undefined)?.schema
  if (schema === undefined) markPersonal(draft.fields)
  const proposal = propose(draft, target.fields)
  const names = { from: schema ?? name, to: target.name, map: name.split('/')[0] }
  const { text, decisions } = writeMapping(draft, proposal, names)
  const sample = shown[0]?.sample
  const files = {
    ...(schema === undefined ? { [`schemas/${name}.yaml`]: writeSchema(draft) } : {}),
    [`${name}.yaml`]: text,
    ...(sample === undefined ? {} : { [`${name}.cases.yaml`]: writeStub(sample, draft.fields) }),
  }
  return { files, decisions, skipped: read.flatMap(({ skipped }) => skipped) }
}

type Read = {
  draft: Draft
  sample: Sample | undefined
  schema: string | undefined
  skipped: readonly string[]
}

function readInput(input: Input, name: string, table: string | undefined): Read {
  const plain = { root: undefined, format: 'json', charset: 'utf-8', isList: false } as const
  const base = { sample: undefined, schema: undefined, skipped: [] }
  if ('schema' in input) {
    const { schema } = input
    const fields = draftFields(schema.fields)
    const format = schema.root === undefined ? 'json' : 'xml'
    const draft = {
      ...plain,
      title: schema.title,
      origin: `schema ${schema.name}`,
      root: schema.root,
      format,
      fields,
    } as const
    return { ...base, draft, schema: schema.name }
  }
  const { text } = readText(input.bytes)
  if (isDdl(text)) {
    const { chosen, skipped } = chooseTable(readDdl(text), table)
    return {
      ...base,
      draft: {
        ...plain,
        title: chosen.zh || chosen.name,
        origin: `DDL (table ${chosen.name})`,
        fields: chosen.fields,
      },
      skipped,
    }
  }
  if (/\.(csv|tsv|md|txt)$/i.test(input.file) && isFieldTable(text))
    return { ...base, draft: { ...plain, title: name, origin: 'field table', fields: readFieldTable(text) } }
  const sample = parseSample(input.file, input.bytes)
  return { ...base, draft: draftSample(name, sample), sample }
}

function chooseTable(
  tables: readonly Table[],
  wanted: string | undefined,
): { chosen: Table; skipped: string[] } {
  const names = tables.map(({ name }) => name)
  const chosen =
    wanted === undefined ? tables[0] : tables.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  if (chosen === undefined || (wanted === undefined && tables.length > 1)) {
    const hint = suggest(wanted ?? '', names)
    throw new ScaffoldError(
      tables.length === 0
        ? 'no CREATE TABLE could be read'
        : `choose a table with --table: ${names.join(', ')}${hint.en}`,
      tables.length === 0 ? '未读到建表语句' : `请用 --table 指定表：${names.join('、')}${hint.zh}`,
    )
  }
  return { chosen, skipped: names.filter((name) => name !== chosen.name) }
}

/** A document list, its format and charset come from the samples; names and types from what was told first. */
function mergeDrafts(first: Read, rest: readonly Read[]): Draft {
  const draft = { ...first.draft, fields: [...first.draft.fields] }
  for (const { draft: other, sample } of rest) {
    draft.fields = mergeFields(draft.fields, other.fields)
    draft.origin = `${draft.origin}, ${other.origin}`
    if (sample === undefined) continue
    draft.format = other.format
    draft.charset = other.charset
    draft.root ??= other.root
    draft.isList ||= other.isList
    draft.delimiter ??= other.delimiter
  }
  return draft
}
