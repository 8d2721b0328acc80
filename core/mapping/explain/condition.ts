// A condition in words, both languages.
import { testWords } from '../condition-words.ts'
import type { Words } from '../expression/words.ts'
import { locate, type Scene, type SourceField } from './scene.ts'
import { isObject } from './targets.ts'

/** Says a condition, with the fields it reads. */
export function condition(data: unknown, scene: Scene): Words & { sources: readonly SourceField[] } {
  if (!isObject(data)) return { en: JSON.stringify(data) ?? '', zh: JSON.stringify(data) ?? '', sources: [] }
  const parts = Object.entries(data).map(([key, test]) => part(key, test, scene))
  return {
    en: parts.map(({ en }) => en).join(' and '),
    zh: parts.map(({ zh }) => zh).join('且'),
    sources: parts.flatMap(({ sources }) => sources),
  }
}

function part(key: string, test: unknown, scene: Scene): Words & { sources: readonly SourceField[] } {
  if (key === 'not') {
    const inner = condition(test, scene)
    return { ...inner, en: `not (${inner.en})`, zh: `并非（${inner.zh}）` }
  }
  if ((key === 'any' || key === 'all') && Array.isArray(test)) {
    const parts = test.map((each) => condition(each, scene))
    const sources = parts.flatMap((each) => each.sources)
    const en = parts.map((each) => each.en).join(key === 'any' ? ' or ' : ' and ')
    const zh = parts.map((each) => each.zh).join(key === 'any' ? '或' : '且')
    return { en: `(${en})`, zh: `（${zh}）`, sources }
  }
  const found = locate(key, scene)
  const name = { en: `\`${found.path}\``, zh: `${found.zh ?? ''}\`${found.path}\`` }
  const told = testText(test)
  return { en: `${name.en} ${told.en}`, zh: `${name.zh}${told.zh}`, sources: [found] }
}

function testText(test: unknown): Words {
  if (test === null) return { en: 'is absent', zh: '为空' }
  if (!isObject(test)) {
    const value = JSON.stringify(test)
    return Array.isArray(test)
      ? { en: `is one of ${value}`, zh: `为 ${value} 之一` }
      : { en: `is ${value}`, zh: `为 ${value}` }
  }
  const parts = Object.entries(test).map(([name, operand]): Words => {
    if (name === 'exists')
      return operand === true ? { en: 'is there', zh: '有值' } : { en: 'is absent', zh: '为空' }
    const words = testWords[name] ?? { en: name, zh: name }
    const value =
      isObject(operand) && typeof operand.path === 'string' ? `\`${operand.path}\`` : JSON.stringify(operand)
    return { en: `${words.en} ${value}`, zh: `${words.zh} ${value}` }
  })
  return { en: parts.map(({ en }) => en).join(' and '), zh: parts.map(({ zh }) => zh).join('且') }
}
