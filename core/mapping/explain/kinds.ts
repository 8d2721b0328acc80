// The kinds of expressions that have a better sentence than the words editors show for them.
import { codeUse, othersText } from './codes.ts'
import { condition } from './condition.ts'
import { elements } from './lists.ts'
import { list, type Phrase, type PhraseContext, type Say, source, weave, words } from './saying.ts'

type SayKind = (data: Record<string, unknown>, context: PhraseContext, say: Say) => Phrase

const several = (data: unknown, context: PhraseContext, say: Say): Phrase[] =>
  (Array.isArray(data) ? data : [data]).map((each) => say(each, context))

/** By the key that names them. */
export const sentences: Readonly<Record<string, SayKind>> = {
  const: ({ const: value }) =>
    words(`the fixed value ${JSON.stringify(value)}`, `固定值 ${JSON.stringify(value)}`),
  path: ({ path }, context, say) => say(path, context),
  code: (data, context, say) => {
    const inner = say(data.path ?? data.of, context)
    const use = codeUse(data, context.codes)
    const map = use.map === undefined ? '' : `, map ${use.map}${use.reverse ? ' read backwards' : ''}`
    const zhMap = use.map === undefined ? '' : `，对照 ${use.map}${use.reverse ? '（反向）' : ''}`
    const others = othersText(data.otherwise)
    const day = data.on === undefined ? [] : [source(String(data.on), context)]
    const together = {
      en: `${inner.en}, through the code table ${use.table}${map}${others.en}${day.map(({ en }) => `; in force on ${en}`)}`,
      zh: `${inner.zh}，按代码表“${use.title}”（${use.table}${zhMap}）${others.zh}${day.map(({ zh }) => `；以${zh}当日有效为准`)}`,
    }
    return { ...weave([inner, ...day], together), codes: [use] }
  },
  date: ({ date, from, to }, context, say) => {
    const inner = say(date, context)
    const formats = (Array.isArray(from) ? from : [from]).filter((each) => each !== undefined)
    const told = formats.map((each) => `\`${each}\``)
    const en = [
      ...(told.length > 0 ? [`read as ${told.join(' or ')}`] : []),
      ...(to === undefined ? [] : [`written as \`${to}\``]),
    ]
    const zh = [
      ...(told.length > 0 ? [`按 ${told.join(' 或 ')} 读取`] : []),
      ...(to === undefined ? [] : [`写为 \`${to}\``]),
    ]
    return weave([inner], { en: [inner.en, ...en].join(', '), zh: [inner.zh, ...zh].join('，') })
  },
  when: (data, context, say) => {
    const test = condition(data.when, context.scene)
    const then = say(data.then, context)
    const other = data.else === undefined ? words('left out', '不填') : say(data.else, context)
    const together = {
      en: `when ${test.en}: ${then.en}; otherwise: ${other.en}`,
      zh: `当${test.zh}时：${then.zh}；否则：${other.zh}`,
    }
    const said = weave([then, other], together)
    return { ...said, sources: [...said.sources, ...test.sources] }
  },
  first: ({ first }, context, say) => {
    const parts = several(first, context, say)
    const { en, zh } = list(parts)
    return weave(parts, { en: `the first that is present: ${en}`, zh: `依次取第一个有值的：${zh}` })
  },
  concat: ({ concat }, context, say) => {
    const parts = several(concat, context, say)
    const { en, zh } = list(parts)
    return weave(parts, { en: `one list of several: ${en}`, zh: `多个列表合并：${zh}` })
  },
  join: ({ join, with: mark = '' }, context, say) => {
    const parts = several(join, context, say)
    const { en, zh } = list(parts)
    const between = JSON.stringify(mark)
    return weave(parts, {
      en: `${en}; put together as one text${mark === '' ? '' : ` with ${between} between`}`,
      zh: `${zh}；${mark === '' ? '' : `以 ${between} `}连接为一个文本`,
    })
  },
  split: ({ split, on }, context, say) => {
    const inner = say(split, context)
    const mark = JSON.stringify(on)
    return weave([inner], { en: `${inner.en}, cut at ${mark}`, zh: `${inner.zh}，按 ${mark} 拆分` })
  },
  template: ({ template }, context) => {
    const text = JSON.stringify(template)
    const names = [...String(template).matchAll(/\{([^{}]+)\}/g)].map(([, name]) =>
      source(name ?? '', context),
    )
    return weave(names, { en: `the text ${text}`, zh: `文本 ${text}` })
  },
  meta: ({ meta }) => words(`\`${meta}\` of the message itself`, `消息自身的 \`${meta}\``),
  step: ({ step, path }) => {
    const part = path === undefined ? '' : `, \`${path}\``
    return words(`the result of step ${step}${part}`, `步骤 ${step} 的结果${part}`)
  },
  each: elements,
  group: elements,
}
