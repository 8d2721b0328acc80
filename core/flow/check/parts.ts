// What the checker of flows and systems looks at: everything compiled, and the files it came from.
import type { Library } from '../../mapping/library.ts'
import { type Report, reportInto } from '../../mapping/problems.ts'
import { suggest } from '../../nearest.ts'
import type { Recipe } from '../../signing/recipe.ts'
import type { Path, Place, Problem, Source } from '../../yaml.ts'
import type { Adapter } from '../adapter.ts'
import type { Flow } from '../flow.ts'
import type { System } from '../system.ts'

/** What compiles; a file that does not is only known by its name. */
export type Parts = {
  library: Library
  systems: ReadonlyMap<string, System>
  flows: ReadonlyMap<string, Flow>
  recipes: ReadonlyMap<string, Recipe>
  adapters: ReadonlyMap<string, Adapter>
  /** by path */
  sources: ReadonlyMap<string, Source>
}

/** Parts, and where complaints about a file go. */
export type Checked = Parts & { reportOf(file: string): Report }

/** Adds the place for complaints. */
export function openParts(parts: Parts, problems: Problem[]): Checked {
  return {
    ...parts,
    reportOf: (file) => {
      const source = parts.sources.get(file)
      if (source === undefined) throw new TypeError(`${file} was not read`)
      return reportInto(problems, source)
    },
  }
}

/** Names of the files of a folder, those that do not compile too: what is wrong with them is told there. */
export function namesIn({ sources }: Parts, folder: string): string[] {
  const start = `${folder}/`
  return [...sources.keys()].flatMap((file) =>
    file.startsWith(start) ? file.slice(start.length).replace(/\.yaml$/, '') : [],
  )
}

/** What a name stands for, in English and Chinese. */
export type Kind = readonly [en: string, zh: string]

/** Whether there is such a name; reports it when not, with the nearest there is. */
export function checkName(
  name: string,
  known: readonly string[],
  [en, zh]: Kind,
  report: Report,
  at: Path,
): boolean {
  if (known.includes(name)) return true
  const hint = suggest(name, known)
  report(at, `unknown ${en} "${name}"${hint.en}`, `未知的${zh}“${name}”${hint.zh}`, { rule: 'name.unknown' })
  return false
}

/** A place that belongs to a complaint about another. */
export type Related = Place & { en: string; zh: string }

/** Points at a place of a file. */
export function pointAt({ reportOf }: Checked, file: string, at: Path, en: string, zh: string): Related {
  return { ...reportOf(file).placeOf(at), en, zh }
}
