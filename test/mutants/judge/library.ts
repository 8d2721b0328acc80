// Judges changes of mappings, field tables and code tables by what comes out: the same documents go through the mapping
// before and after, and the problems the compiler reports are not looked at.
import type { MappingFunction } from '../../../core/mapping/expression/scope.ts'
import { compileLibrary, type Library } from '../../../core/mapping/library.ts'
import type { Source } from '../../../core/yaml.ts'
import type { Book, Mapping } from '../book.ts'
import { compare } from './compare.ts'
import { type CaseData, intakeRunner, outboundRunner, type Runner } from './runner.ts'

export type LibraryJudge = {
  /** why an output can change; undefined when none does */
  judge(file: string, changed: Source): Promise<string | undefined>
  /** good canonical values of a type, with the results earlier steps left */
  canonical(
    type: string,
  ): readonly { value: Record<string, unknown>; steps: Readonly<Record<string, unknown>> }[]
  library: Library
}

/** `sources` are all shipped files, cases too. */
export function createLibraryJudge(
  book: Book,
  sources: ReadonlyMap<string, Source>,
  functions: Record<string, MappingFunction>,
): LibraryJudge {
  const own = [...sources.values()].filter(
    ({ file }) => !/^(systems|flows|signing)\/|\.cases\.yaml$/.test(file),
  )
  const { library } = compileLibrary(own, functions)
  const cases = (name: string): CaseData[] =>
    ((sources.get(`${name}.cases.yaml`)?.data ?? []) as CaseData[]).filter((row) => row.expect !== undefined)

  const tableNames = (data: unknown): string[] => {
    const { from, to } = (data ?? {}) as { from?: unknown; to?: unknown }
    return [from, to].flat().filter((name) => typeof name === 'string')
  }
  /** A library of one mapping and what it stands on. */
  const compileWith = (mapping: Mapping, changed: Source): Library => {
    const names = new Set([
      ...tableNames(mapping.page.data),
      ...(changed.file === mapping.page.file ? tableNames(changed.data) : []),
    ])
    const pages = [...book.pages.values()].filter(({ file }) =>
      names.has(file.replace(/^(schemas|canonical)\/|\.yaml$/g, '')),
    )
    const text = [mapping.page, ...pages].map((page) => page.text).join('\n') + JSON.stringify(changed.data)
    const files = new Set([mapping.page, ...pages].map(({ file }) => file))
    const needed = own.filter(
      ({ file }) => files.has(file) || (file.startsWith('codes/') && text.includes(file.slice(6, -5))),
    )
    return compileLibrary([...needed.filter(({ file }) => file !== changed.file), changed], functions).library
  }

  const runners = new Map<string, Runner>()
  const runnerOf = (mapping: Mapping): Runner => {
    const known = runners.get(mapping.name)
    if (known !== undefined) return known
    const made = mapping.isIntake
      ? intakeRunner(mapping, book, cases(mapping.name), library)
      : outboundRunner(mapping, book, cases(mapping.name))
    runners.set(mapping.name, made)
    return made
  }

  return {
    library,
    canonical: (type) =>
      book.mappings.flatMap((mapping) =>
        mapping.isIntake
          ? []
          : cases(mapping.name)
              .filter((row) => (row.type ?? mapping.from[0]?.name) === type)
              .map((row) => ({ value: row.given as Record<string, unknown>, steps: row.steps ?? {} })),
      ),
    async judge(file, changed) {
      for (const mapping of affected(book, file)) {
        const runner = runnerOf(mapping)
        const reason = await compare(runner, library, compileWith(mapping, changed), file)
        if (reason !== undefined) return `${mapping.name}: ${reason}`
      }
      return undefined
    },
  }
}

/** Mappings whose result can depend on a file. */
function affected(book: Book, file: string): Mapping[] {
  const [folder, ...rest] = file.replace(/\.yaml$/, '').split('/')
  const name = rest.join('/')
  if (folder !== 'schemas' && folder !== 'canonical' && folder !== 'codes')
    return book.mappings.filter(({ page }) => page.file === file)
  if (folder !== 'codes')
    return book.mappings.filter(({ from, to }) => [...from, to].some((table) => table.page.file === file))
  const word = new RegExp(`codes?: ${name}\\b`)
  return book.mappings.filter(({ from, to, page }) =>
    [page, to.page, ...from.map((table) => table.page)].some(({ text }) => word.test(text)),
  )
}
