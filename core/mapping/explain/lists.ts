// Lists in words. Their members are targets of their own, or those of the lists inside them.
import { condition } from './condition.ts'
import { type Phrase, type PhraseContext, type Say, source, weave } from './saying.ts'
import { enter } from './scene.ts'
import { listSource } from './targets.ts'

/** `each` and `group`. */
export function elements(data: Record<string, unknown>, context: PhraseContext, say: Say): Phrase {
  const { by, where, flatten } = data
  const text = listSource(data) ?? ''
  const isGroup = data.group !== undefined
  const from = source(text, context)
  const row = { ...context, scene: enter(text, context.scene) }
  const item = { ...context, scene: enter(text, context.scene, isGroup) }
  const keys = (Array.isArray(by) ? by : []).map((path) => source(String(path), row))
  const within = flatten === undefined ? [] : [say(flatten, item)]
  const test = where === undefined ? undefined : condition(where, item.scene)
  const en = [
    isGroup
      ? `the rows of ${from.en}, those of equal ${keys.map((key) => key.en).join(' and ')} as one`
      : `each element of ${from.en}`,
    ...(test ? [`only where ${test.en}`] : []),
    ...within.map((part) => `inside it ${part.en}, all in one list`),
  ]
  const zh = [
    isGroup
      ? `${from.zh}的各行，${keys.map((key) => key.zh).join('、')}相同者合为一项`
      : `${from.zh}的每个元素`,
    ...(test ? [`只取${test.zh}的`] : []),
    ...within.map((part) => `其中${part.zh}，合并为一个列表`),
  ]
  const said = weave([from, ...keys, ...within], { en: en.join('; '), zh: zh.join('；') })
  return test ? { ...said, sources: [...said.sources, ...test.sources] } : said
}
