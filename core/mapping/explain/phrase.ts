// An expression in words, both languages. What has no sentence of its own is said with the words editors show for its
// kind, so that a new kind of expression explains itself.
import { kindWords, type OptionWords, type Words } from '../expression/words.ts'
import { condition } from './condition.ts'
import { sentences } from './kinds.ts'
import { type Phrase, type PhraseContext, source, weave, words } from './saying.ts'
import { isObject } from './targets.ts'

/** Says an expression. */
export function phrase(data: unknown, context: PhraseContext): Phrase {
  if (typeof data === 'string') return source(data, context)
  if (!isObject(data)) return words(JSON.stringify(data) ?? '', JSON.stringify(data) ?? '')
  const kind = Object.keys(kindWords).find((name) => data[name] !== undefined)
  if (kind === undefined) return words(JSON.stringify(data), JSON.stringify(data))
  const said = sentences[kind]?.(data, context, phrase) ?? general(kind, data, context)
  const kinds = [kind, ...said.kinds]
  if (data.default === undefined) return { ...said, kinds }
  const value = JSON.stringify(data.default)
  return {
    ...said,
    kinds,
    en: `${said.en}; ${value} when there is nothing`,
    zh: `${said.zh}；没有值时为 ${value}`,
  }
}

// their options say what is done; the words for the kind say no more
const headless = new Set(['text', 'number'])

/** The kind's own words, and those of every option. */
function general(kind: string, data: Record<string, unknown>, context: PhraseContext): Phrase {
  const own: Words & { options: Readonly<Record<string, OptionWords>> } = kindWords[kind] ?? {
    en: kind,
    zh: kind,
    options: {},
  }
  const heads = sayOption(data[kind], own.options[kind], context, true)
  const rest = Object.entries(data).flatMap(([name, value]) =>
    name === kind || name === 'default' ? [] : sayOption(value, own.options[name], context, false),
  )
  const join = (language: 'en' | 'zh', separator: string, colon: string): string => {
    const head = heads.map((part) => part[language]).join(separator)
    const kindText = headless.has(kind) ? '' : `${own[language]}${heads.length > 0 ? colon : ''}`
    return [`${kindText}${head}`, ...rest.map((part) => part[language])].join(separator)
  }
  return weave([...heads, ...rest], { en: join('en', '; ', ': '), zh: join('zh', '；', '：') })
}

function sayOption(
  value: unknown,
  told: OptionWords | undefined,
  context: PhraseContext,
  isMain: boolean,
): Phrase[] {
  const type = told?.type
  if (value === undefined || type === 'fields') return []
  if (type === 'expression' || type === 'path') return [phrase(value, context)]
  if (type === 'expressions' || type === 'paths')
    return (Array.isArray(value) ? value : [value]).map((each) => phrase(each, context))
  if (type === 'arguments' && isObject(value)) {
    return Object.entries(value).map(([name, each]) => {
      const inner = phrase(each, context)
      return weave([inner], { en: `${name} = ${inner.en}`, zh: `${name} = ${inner.zh}` })
    })
  }
  if (type === 'condition') {
    const test = condition(value, context.scene)
    return [{ ...words(test.en, test.zh), sources: [...test.sources] }]
  }
  if (type === 'flag') return value === true ? [words(told?.en ?? '', told?.zh ?? '')] : []
  const text = typeof value === 'string' ? `\`${value}\`` : JSON.stringify(value)
  return [isMain || !told ? words(text, text) : words(`${told.en} (${text})`, `${told.zh}（${text}）`)]
}
