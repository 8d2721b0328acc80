// Makes mutants, judges each and asks the checker about it.
import { resolve } from 'node:path'
import { adapters } from '../../adapters/index.ts'
import type { Files } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import type { Problem } from '../../core/yaml.ts'
import { type Book, openBook } from './book.ts'
import { createChecker } from './checker.ts'
import { createJudge } from './judge/judge.ts'
import { kinds } from './kinds/all.ts'
import { harmless } from './kinds/harmless.ts'
import type { Kind, Mutant } from './mutant.ts'
import { createRandom, type Random } from './random.ts'

/** What became of one mutant; `reason` is undefined when no output can change. */
export type Outcome = {
  mutant: Mutant
  reason: string | undefined
  caught: boolean
  rightLine: boolean
  errors: readonly Problem[]
}

export type Result = {
  outcomes: readonly Outcome[]
  /** harmless changes tried */
  harmless: number
  /** errors of the shipped files, and harmless changes that were refused */
  falseErrors: readonly { what: string; errors: readonly Problem[] }[]
}

export type RunOptions = {
  seed: number
  /** part of each kind's quota that is made; 1 is all */
  share: number
  /** only kinds whose name holds this text */
  only?: string | undefined
  progress?: (done: number, all: number) => void
}

/** The shipped files. */
export const shipped = (): Files => readFiles(resolve(import.meta.dirname, '../../mappings'))

/** Makes, judges and checks. Same files, seed and share: same result. */
export async function runMutants(files: Files, { seed, share, only, progress }: RunOptions): Promise<Result> {
  const book = openBook(files)
  const known = adapters()
  const checker = createChecker(files, known)
  const judge = createJudge(book, files, known)
  const wanted = (kind: Kind): boolean => only === undefined || kind.name.includes(only)
  const mutants = kinds
    .filter(wanted)
    .flatMap((kind) => choose(kind, book, createRandom(seed + hash(kind.name)), share))
  const outcomes: Outcome[] = []
  for (const mutant of mutants) {
    const reason = await judge.reason(mutant)
    outcomes.push({ mutant, reason, ...checker.verdict(mutant) })
    progress?.(outcomes.length, mutants.length)
  }
  const falseErrors = checker.errors.length === 0 ? [] : [{ what: 'shipped files', errors: checker.errors }]
  const changes = harmless
    .filter(wanted)
    .flatMap((kind) => choose(kind, book, createRandom(seed + hash(kind.name)), share))
  for (const change of changes) {
    const { errors } = checker.verdict(change)
    const what = `${change.file}:${change.line} ${change.kind}: ${change.description}`
    if (errors.length > 0) falseErrors.push({ what, errors })
  }
  return { outcomes, harmless: changes.length, falseErrors }
}

/** A kind's share of mutants, spread over the files: each file gives one before any gives two. */
function choose(kind: Kind, book: Book, random: Random, share: number): Mutant[] {
  const byFile = new Map<string, Mutant[]>()
  for (const mutant of kind.make(book, random)) {
    if (mutant === undefined) continue
    const list = byFile.get(mutant.file) ?? []
    byFile.set(mutant.file, [...list, mutant])
  }
  const piles = random.shuffle([...byFile.values()]).map((pile) => random.shuffle(pile))
  const chosen: Mutant[] = []
  const wanted = Math.ceil(kind.quota * share)
  for (let round = 0; chosen.length < wanted && piles.some((pile) => pile.length > round); round++) {
    for (const pile of piles) {
      const mutant = pile[round]
      if (mutant !== undefined && chosen.length < wanted) chosen.push(mutant)
    }
  }
  return chosen
}

function hash(text: string): number {
  let value = 0
  for (const character of text) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return value
}
