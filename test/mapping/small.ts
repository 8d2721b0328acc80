// Small libraries for tests: files given as text, compiled as loadLibrary does.
import { expect } from 'vitest'
import { type Issue, QiaoError } from '../../core/errors.ts'
import type { MappingFunction } from '../../core/mapping/expression/scope.ts'
import { type Library, loadLibrary } from '../../core/mapping/library.ts'
import type { MapContext } from '../../core/mapping/run.ts'
import { FileError, formatProblem, readYaml } from '../../core/yaml.ts'

/** File path → YAML text. */
export type Files = Record<string, string>

export function load(files: Files, functions: Record<string, MappingFunction> = {}): Library {
  const sources = Object.entries(files).map(([file, text]) => readYaml(file, text))
  return loadLibrary(sources, functions)
}

/** The problems of wrong files, as `file:line:column: English / 中文`. */
export function problemsOf(files: Files): string[] {
  try {
    load(files)
  } catch (error) {
    if (error instanceof FileError) return error.problems.map(formatProblem)
    throw error
  }
  return []
}

export const context: MapContext = {
  meta: {
    messageId: 'm-1',
    acceptedAt: '2026-03-02 09:30:00',
    now: '2026-03-02 09:31:00',
    source: 'housing',
  },
  steps: {},
}

/** Runs `work`, which must be refused, and returns the error. */
export async function refusal(work: () => unknown): Promise<QiaoError> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(QiaoError)
    return error as QiaoError
  }
  throw new Error('it was accepted')
}

/** Path and rule of each issue of a refused message. */
export async function issuesOf(work: () => unknown): Promise<string[]> {
  const error = await refusal(work)
  expect(error.code).toBe('message.invalid')
  return error.issues.map(({ path, rule }: Issue) => `${path} ${rule}`)
}

/** A library whose only mapping `d/m` has these fields, from an open source to an open result; runs it on `value`. */
export function evaluate(
  expression: string,
  value: unknown,
  options: {
    type?: string
    files?: Files
    functions?: Record<string, MappingFunction>
    steps?: Record<string, unknown>
  } = {},
): unknown {
  const library = load(
    {
      'schemas/d/s.yaml': 'title: s\nfields: [{ name: doc, type: any }]',
      'canonical/t.yaml': `title: t\nkey: result\ndeduplication: [result]\nfields: [{ name: result, type: ${options.type ?? 'any'} }]`,
      'd/m.yaml': `from: d/s\nto: t\nfields:\n  result: ${expression}\n`,
      ...options.files,
    },
    options.functions,
  )
  const body = Buffer.from(JSON.stringify({ doc: value }))
  const accepted = library
    .intake('d/m')
    ?.accept(body, 'application/json', { ...context, steps: options.steps ?? {} })
  const take = (records: { value: Record<string, unknown> }[]): unknown => records[0]?.value.result
  return accepted instanceof Promise ? accepted.then(take) : take(accepted ?? [])
}
