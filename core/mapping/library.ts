// The library: every code table, schema, canonical type and mapping of the mappings folder, compiled once.
// All problems of all files come together in one FileError; a library is whole or it is not.

import { suggest } from '../nearest.ts'
import { errorsOf, FileError, type Path, type Problem, type Source } from '../yaml.ts'
import { casesShape } from './case-file.ts'
import type { MappingFunction } from './expression/scope.ts'
import { compileIntake, type Intake } from './intake.ts'
import { type MappingFile, mappingShape, type Surroundings } from './mapping.ts'
import { compileOutbound, type Outbound } from './outbound.ts'
import { attempt, pathAt, Refusal, type Report, readShape, reportInto } from './problems.ts'
import { type CanonicalType, readCanonical } from './schema/canonical.ts'
import { type CodeTable, checkParts, readCodes } from './schema/codes.ts'
import { readSchema, type Schema } from './schema/schema.ts'
import { sortSources } from './tree.ts'
import { checkUnused } from './unused.ts'

export type Library = {
  intake(name: string): Intake | undefined
  outbound(name: string): Outbound | undefined
  types: ReadonlyMap<string, CanonicalType>
  schemas: ReadonlyMap<string, Schema>
  codes: ReadonlyMap<string, CodeTable>
  /** what `fn` may call, by name */
  functions: Functions
  /** names of all mappings, sorted */
  mappings: readonly string[]
}

type Functions = Readonly<Record<string, MappingFunction>>

/**
 * Compiles all files of a mappings folder (files of systems, flows and signing are left to their own readers).
 * @param functions what `fn` may call, by name
 * @throws FileError with every problem of every file
 */
export function loadLibrary(sources: readonly Source[], functions: Functions): Library {
  const { library, problems } = compileLibrary(sources, functions)
  if (errorsOf(problems).length > 0) throw new FileError(problems)
  return library
}

/** The same without a throw: what is wrong is left out of the library as far as it goes. */
export function compileLibrary(
  sources: readonly Source[],
  functions: Functions,
): { library: Library; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const files = sortSources(sources)
  for (const source of files.strange) {
    reportInto(problems, source)([], 'no file of this kind is expected here', '此处不应有此类文件')
  }
  const codes = readAll(files.codes, (name, source) => readCodes(name, source, reportInto(problems, source)))
  const reportOf = (name: string): Report => reportInto(problems, files.codes.get(name) as Source)
  checkParts(codes, reportOf)
  const schemas = readAll(files.schemas, (name, source) =>
    readSchema(name, source, codes, reportInto(problems, source)),
  )
  const types = readAll(files.canonical, (name, source) =>
    readCanonical(name, source, codes, reportInto(problems, source)),
  )
  const intakes = new Map<string, Intake>()
  const outbounds = new Map<string, Outbound>()
  for (const [name, source] of files.mappings) {
    const report = reportInto(problems, source)
    const file = readShape(source, mappingShape, report)
    if (file === undefined) continue
    const around: Surroundings = { codes, functions, report }
    attempt(report, undefined, () => {
      if (types.has(file.to) || files.canonical.has(file.to)) {
        const intake = readIntake(name, file, schemas, types, files.schemas, around)
        if (intake !== undefined) intakes.set(name, intake)
      } else {
        const outbound = readOutbound(name, file, schemas, types, files, around)
        if (outbound !== undefined) outbounds.set(name, outbound)
      }
    })
  }
  const used = [...intakes.values(), ...outbounds.values()]
  if (errorsOf(problems).length === 0)
    checkUnused(codes, [...schemas.values(), ...types.values()], used, reportOf)
  checkCases(files, problems)
  const library: Library = {
    intake: (name) => intakes.get(name),
    outbound: (name) => outbounds.get(name),
    types,
    schemas,
    codes,
    functions,
    mappings: [...files.mappings.keys()].sort(),
  }
  return { library, problems: problems.sort(byPlace) }
}

function byPlace(a: Problem, b: Problem): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column
}

function readAll<T>(
  files: ReadonlyMap<string, Source>,
  read: (name: string, source: Source) => T | undefined,
): Map<string, T> {
  const result = new Map<string, T>()
  for (const [name, source] of files) {
    const value = read(name, source)
    if (value !== undefined) result.set(name, value)
  }
  return result
}

type Files = ReturnType<typeof sortSources>

/** Undefined when the file it names is itself broken: that is reported there. */
function find<T>(
  name: string,
  known: ReadonlyMap<string, T>,
  files: ReadonlyMap<string, Source>,
  kind: readonly [string, string],
  at: Path,
): T | undefined {
  const value = known.get(name)
  if (value !== undefined || files.has(name)) return value
  const hint = suggest(name, files.keys())
  throw new Refusal(at, `unknown ${kind[0]} "${name}"${hint.en}`, `未知的${kind[1]}“${name}”${hint.zh}`)
}

const schemaKind = ['schema', '字段表'] as const
const typeKind = ['canonical type', '标准类型'] as const

function readIntake(
  name: string,
  file: MappingFile,
  schemas: ReadonlyMap<string, Schema>,
  types: ReadonlyMap<string, CanonicalType>,
  schemaFiles: Files['schemas'],
  around: Surroundings,
): Intake | undefined {
  if (typeof file.from !== 'string') {
    throw new Refusal(['from'], 'an intake mapping has one source schema', '接入映射只有一个来源字段表')
  }
  const from = find(file.from, schemas, schemaFiles, schemaKind, ['from'])
  const to = types.get(file.to)
  if (file.split !== undefined) checkSplit(file.split, around.report)
  return from === undefined || to === undefined ? undefined : compileIntake(name, file, from, to, around)
}

function checkSplit(split: string, report: Report): void {
  if (split !== '$' && pathAt(split, ['split']).steps.some((step) => step.kind !== 'name')) {
    report(['split'], 'split is the path of one list', 'split 应为一个列表的路径')
  }
}

function readOutbound(
  name: string,
  file: MappingFile,
  schemas: ReadonlyMap<string, Schema>,
  types: ReadonlyMap<string, CanonicalType>,
  files: Files,
  around: Surroundings,
): Outbound | undefined {
  if (!files.schemas.has(file.to)) {
    const hint = suggest(file.to, [...files.canonical.keys(), ...files.schemas.keys()])
    throw new Refusal(
      ['to'],
      `"${file.to}" is neither a canonical type nor a schema${hint.en}`,
      `“${file.to}”既不是标准类型也不是字段表${hint.zh}`,
    )
  }
  if (file.split !== undefined) {
    throw new Refusal(['split'], 'only an intake mapping splits', '只有接入映射可以拆分')
  }
  const names = typeof file.from === 'string' ? [file.from] : file.from
  const from = names.map((type, i) =>
    find(type, types, files.canonical, typeKind, typeof file.from === 'string' ? ['from'] : ['from', i]),
  )
  const to = schemas.get(file.to)
  const known = from.filter((type) => type !== undefined)
  if (to === undefined || known.length < from.length) return undefined
  if (file.format === 'xml' && to.root === undefined) {
    throw new Refusal(
      ['format'],
      `schema ${to.name} needs root: for XML`,
      `字段表 ${to.name} 需要 root 才能写 XML`,
    )
  }
  return compileOutbound(name, file, known, to, around)
}

/** Case files must have their shape and stand beside a mapping; running them is runCases. */
function checkCases(files: Files, problems: Problem[]): void {
  for (const [name, source] of files.cases) {
    const report = reportInto(problems, source)
    readShape(source, casesShape, report)
    if (!files.mappings.has(name)) report([], `there is no mapping ${name}`, `没有映射 ${name}`)
  }
}
