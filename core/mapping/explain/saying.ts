// What is said of an expression: words in both languages, with the sources, code tables and kinds they speak of.
import type { Words } from '../expression/words.ts'
import type { CodeTable } from '../schema/codes.ts'
import type { CodeUse } from './codes.ts'
import { locate, type Scene, type SourceField } from './scene.ts'

/** Words with everything they speak of. */
export type Phrase = Words & { sources: SourceField[]; codes: CodeUse[]; kinds: string[] }

export type PhraseContext = { scene: Scene; codes: ReadonlyMap<string, CodeTable> }

/** Says an expression; handed to whatever has others inside. */
export type Say = (data: unknown, context: PhraseContext) => Phrase

/** Words that speak of nothing else. */
export function words(en: string, zh: string): Phrase {
  return { en, zh, sources: [], codes: [], kinds: [] }
}

/** Several phrases put together by words. */
export function weave(parts: readonly Phrase[], together: Words): Phrase {
  return {
    ...together,
    sources: parts.flatMap(({ sources }) => sources),
    codes: parts.flatMap(({ codes }) => codes),
    kinds: parts.flatMap(({ kinds }) => kinds),
  }
}

/** Several phrases in a row. */
export function list(parts: readonly Phrase[]): Words {
  return { en: parts.map(({ en }) => en).join('; '), zh: parts.map(({ zh }) => zh).join('；') }
}

/** A source path with its label. */
export function source(text: string, { scene }: PhraseContext): Phrase {
  const found = locate(text, scene)
  const name = found.zh === undefined || found.zh === found.path ? '' : found.zh
  return { ...words(`\`${found.path}\``, `${name}\`${found.path}\``), sources: [found] }
}
