// The shipped mappings folder: it loads whole, and every case beside its mappings holds.
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { adapters } from '../../adapters/index.ts'
import { readFiles } from '../../core/flow/files.ts'
import { listCases } from '../../core/mapping/cases.ts'
import type { MappingFunction } from '../../core/mapping/expression/scope.ts'
import { loadLibrary } from '../../core/mapping/library.ts'
import { readYaml } from '../../core/yaml.ts'

const files = readFiles(resolve(import.meta.dirname, '../../mappings'))
const sources = Object.entries(files).map(([file, text]) => readYaml(file, text))
const functions: Record<string, MappingFunction> = Object.assign(
  {},
  ...adapters().map((each) => each.functions ?? {}),
)
const library = loadLibrary(sources, functions)
const cases = listCases(library, sources)

describe('shipped mappings', () => {
  it('have a case each', () => {
    const covered = new Set(cases.map(({ mapping }) => mapping))
    expect(library.mappings.filter((name) => !covered.has(name))).toEqual([])
  })
  it.each(cases)('$mapping: $case', async ({ run }) => {
    expect(await run()).toMatchObject({ message: '', ok: true })
  })
})
