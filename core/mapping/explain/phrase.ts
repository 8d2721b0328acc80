// An expression in words, both languages. What is not said specially is said with the words editors show for its kind,
// so that a new kind of expression explains itself.
import { kindWords, type OptionWords, type Words } from '../expression/words.ts'
import type { CodeTable } from '../schema/codes.ts'
import { condition } from './condition.ts'
import { locate, type Scene, type SourceField } from './scene.ts'
import { isObject } from './targets.ts'

/** How codes are translated: outside code and standard code with its names; without a map the two are the same. */
export type CodeUse = {
  table: string
  title: string
  map: string | undefined
  reverse: boolean
  values: { from: string; to: string; zh: string; en?: string; since?: string; until?: string }[]
}

/** Words with everything they speak of. */
export type Phrase = Words & { sources: SourceField[]; codes: CodeUse[]; kinds: string[] }

export type PhraseContext = { scene: Scene; codes: ReadonlyMap<string, CodeTable> }

/** Says an expression. */
export function phrase(data: unknown, context: PhraseContext): Phrase {
  if (typeof data === 'string') return source(data, context)
  if (!isObject(data)) return say(JSON.stringify(data) ?? '', JSON.stringify(data) ?? '')
  const kind = Object.keys(kindWords).find((name) => data[name] !== undefined)
  if (kind === undefined) return say(JSON.stringify(data), JSON.stringify(data))
  const said = { ...(special[kind]?.(data, context) ?? general(kind, data, context)) }
  said.kinds = [kind, ...said.kinds]
  if (data.default === undefined) return said
  const value = JSON.stringify(data.default)
  return { ...said, en: `${said.en}; ${value} when there is nothing`, zh: `${said.zh}；没有值时为 ${value}` }
}

const say = (en: string, zh: string): Phrase => ({ en, zh, sources: [], codes: [], kinds: [] })

function source(text: string, { scene }: PhraseContext): Phrase {
  const found = locate(text, scene)
  const name = found.zh === undefined || found.zh === found.path ? '' : found.zh
  return { ...say(`\`${found.path}\``, `${name}\`${found.path}\``), sources: [found] }
}

/** Several phrases put together by words. */
function weave(parts: readonly Phrase[], words: Words): Phrase {
  return {
    ...words,
    sources: parts.flatMap(({ sources }) => sources),
    codes: parts.flatMap(({ codes }) => codes),
    kinds: parts.flatMap(({ kinds }) => kinds),
  }
}

type Say = (data: Record<string, unknown>, context: PhraseContext) => Phrase

const special: Readonly<Record<string, Say>> = {
  const: ({ const: value }) =>
    say(`the fixed value ${JSON.stringify(value)}`, `固定值 ${JSON.stringify(value)}`),
  path: ({ path }, context) => phrase(path, context),
  code: (data, context) => {
    const inner = phrase(data.path ?? data.of, context)
    const use = codeUse(data, context)
    const map = use.map === undefined ? '' : `, map ${use.map}${use.reverse ? ' read backwards' : ''}`
    const zhMap = use.map === undefined ? '' : `，对照 ${use.map}${use.reverse ? '（反向）' : ''}`
    const words = {
      en: `${inner.en} through the code table ${use.table}${map}`,
      zh: `${inner.zh}，按代码表“${use.title}”（${use.table}${zhMap}）`,
    }
    return { ...weave([inner], words), codes: [use] }
  },
  when: (data, context) => {
    const test = condition(data.when, context.scene)
    const then = phrase(data.then, context)
    const other = data.else === undefined ? say('left out', '不填') : phrase(data.else, context)
    const words = {
      en: `when ${test.en}: ${then.en}; otherwise: ${other.en}`,
      zh: `当${test.zh}时：${then.zh}；否则：${other.zh}`,
    }
    return { ...weave([then, other], words), sources: [...then.sources, ...other.sources, ...test.sources] }
  },
  first: ({ first }, context) => {
    const parts = (Array.isArray(first) ? first : []).map((each) => phrase(each, context))
    return weave(parts, {
      en: `the first that is present: ${parts.map(({ en }) => en).join('; ')}`,
      zh: `依次取第一个有值的：${parts.map(({ zh }) => zh).join('；')}`,
    })
  },
  template: ({ template }, context) => {
    const names = [...String(template).matchAll(/\{([^{}]+)\}/g)].map(([, name]) =>
      source(name ?? '', context),
    )
    return weave(names, {
      en: `the text ${JSON.stringify(template)}`,
      zh: `文本 ${JSON.stringify(template)}`,
    })
  },
  meta: ({ meta }) => say(`\`${meta}\` of the message itself`, `消息自身的 \`${meta}\``),
  step: ({ step, path }) => {
    const part = path === undefined ? '' : `, \`${path}\``
    return say(`the result of step ${step}${part}`, `步骤 ${step} 的结果${part}`)
  },
  each: (data, context) => elements('each', data, context),
  flatten: (data, context) => elements('flatten', data, context),
  group: (data, context) => elements('group', data, context),
}

/** A list from a list; its members are targets of their own. */
function elements(kind: string, data: Record<string, unknown>, context: PhraseContext): Phrase {
  const { fields: _, value: __, where, ...rest } = data
  const said = general(kind, rest, context)
  if (where === undefined) return said
  const test = condition(where, context.scene)
  return { ...said, en: `${said.en}; only where ${test.en}`, zh: `${said.zh}；只取${test.zh}的` }
}

/** The kind's own words, and those of every option. */
function general(kind: string, data: Record<string, unknown>, context: PhraseContext): Phrase {
  const words: Words & { options: Readonly<Record<string, OptionWords>> } = kindWords[kind] ?? {
    en: kind,
    zh: kind,
    options: {},
  }
  const main = words.options[kind]
  const parts = [...sayOption(data[kind], main, context, true)]
  const heads = parts.length
  for (const [name, value] of Object.entries(data)) {
    if (name !== kind && name !== 'default')
      parts.push(...sayOption(value, words.options[name], context, false))
  }
  const join = (language: 'en' | 'zh', separator: string, colon: string): string => {
    const head = parts.slice(0, heads).map((part) => part[language])
    const rest = parts.slice(heads).map((part) => part[language])
    return [`${words[language]}${head.length > 0 ? colon : ''}${head.join(separator)}`, ...rest].join(
      separator,
    )
  }
  return weave(parts, { en: join('en', '; ', ': '), zh: join('zh', '；', '：') })
}

function sayOption(
  value: unknown,
  words: OptionWords | undefined,
  context: PhraseContext,
  isMain: boolean,
): Phrase[] {
  const type = words?.type
  if (value === undefined || type === 'fields') return []
  if (type === 'expression' || type === 'path') return [phrase(value, context)]
  if (type === 'expressions' || type === 'paths') {
    return (Array.isArray(value) ? value : [value]).map((each) => phrase(each, context))
  }
  if (type === 'arguments' && isObject(value)) {
    return Object.entries(value).map(([name, each]) => {
      const inner = phrase(each, context)
      return weave([inner], { en: `${name} = ${inner.en}`, zh: `${name} = ${inner.zh}` })
    })
  }
  if (type === 'condition') {
    const test = condition(value, context.scene)
    return [{ ...say(test.en, test.zh), sources: [...test.sources] }]
  }
  if (type === 'flag') return value === true ? [say(words?.en ?? '', words?.zh ?? '')] : []
  const text = typeof value === 'string' ? `\`${value}\`` : JSON.stringify(value)
  return [isMain || !words ? say(text, text) : say(`${words.en} (${text})`, `${words.zh}（${text}）`)]
}

function codeUse(data: Record<string, unknown>, { codes }: PhraseContext): CodeUse {
  const table = codes.get(String(data.code))
  const map = typeof data.map === 'string' ? data.map : undefined
  const reverse = data.reverse === true
  const pairs =
    map === undefined
      ? [...(table?.codes.keys() ?? [])].map((code) => [code, code] as const)
      : [...(table?.maps.get(map) ?? [])]
  const values = pairs.map(([outside, standard]) => {
    const row = table?.codes.get(standard)
    return {
      from: reverse ? standard : outside,
      to: reverse ? outside : standard,
      zh: row?.zh ?? '',
      ...(row?.en === undefined ? {} : { en: row.en }),
      ...(row?.from === undefined ? {} : { since: row.from }),
      ...(row?.until === undefined ? {} : { until: row.until }),
    }
  })
  return { table: String(data.code), title: table?.title ?? '', map, reverse, values }
}
