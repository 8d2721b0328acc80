// Expressions that give one value: path, const, meta, step, template, text, number.

import { suggest } from '../../nearest.ts'
import type { Path } from '../../yaml.ts'
import { DATETIME, exampleDate } from '../dates.ts'
import { compileDecimal } from '../decimal.ts'
import { compilePath, isReservedName, PathError } from '../path.ts'
import { Refusal } from '../problems.ts'
import { fail, isAbsent, joinPath, type Run, scalarText } from '../run.ts'
import { countCharacters, cutText, foldWidth } from '../text.ts'
import { relatedPlaces } from './complaint.ts'
import { constantFacts, type Facts, mergeFacts, textFacts, unknown } from './facts.ts'
import { failScalar, mapScalar } from './scalar.ts'
import { compileSource, type Kind, labelOf, need, option } from './scope.ts'

/** `a.b` or `{ path: a.b }` */
export const path: Kind = {
  keys: ['path'],
  compile: (data, scope, at) => compileSource(data.path, scope, [...at, 'path']),
}

/** `{ const: "p51" }`: any YAML value. */
export const constant: Kind = {
  keys: ['const'],
  compile: (data) => {
    const value = data.const
    return { read: () => value, facts: constantFacts(value) }
  },
}

/** What `meta` may name. */
export const metaNames: readonly string[] = ['messageId', 'acceptedAt', 'now', 'source', 'type', 'key']
const metaDates = ['acceptedAt', 'now']

function metaFacts(name: string): Facts {
  const sources = [`meta ${name}`]
  return metaDates.includes(name)
    ? {
        ...textFacts(DATETIME.length, { sources }),
        kind: 'date',
        format: DATETIME,
        example: exampleDate(DATETIME),
      }
    : textFacts(undefined, { sources })
}

/** `{ meta: acceptedAt }`: a value of the message itself. */
export const meta: Kind = {
  keys: ['meta'],
  compile: (data, _, at) => {
    const name = need(data, 'meta', 'string', at)
    if (!metaNames.includes(name)) {
      const hint = suggest(name, metaNames)
      throw new Refusal(
        [...at, 'meta'],
        `unknown meta "${name}"${hint.en || `; known: ${metaNames.join(', ')}`}`,
        `未知的 meta“${name}”${hint.zh}`,
      )
    }
    return { read: (_item, run) => run.context.meta[name], facts: metaFacts(name) }
  },
}

/** `{ step: seal, path: signedValue }`: what an earlier step's reply left. */
export const step: Kind = {
  keys: ['step', 'path'],
  compile: (data, scope, at) => {
    const name = need(data, 'step', 'string', at)
    if (isReservedName(name)) {
      throw new Refusal([...at, 'step'], `"${name}" is a reserved name`, `“${name}”是保留名称`)
    }
    const inner = option(data, 'path', 'string', at)
    try {
      const walk = inner === undefined ? (value: unknown) => value : compilePath(inner)
      scope.findings.lookups.push({ step: name, path: inner, at })
      const facts = { ...unknown, sources: [joinPath(`step ${name}`, inner ?? '')] }
      return { read: (_item, run) => walk(run.context.steps[name]), facts }
    } catch (error) {
      if (error instanceof PathError) throw new Refusal([...at, 'path'], error.message, error.zh)
      throw error
    }
  },
}

/** `{ template: "关于{name}的{item}业务" }`; absent when one of its values is; `{{` writes a brace. */
export const template: Kind = {
  keys: ['template'],
  compile: (data, scope, at) => {
    const text = need(data, 'template', 'string', at)
    const parts = [...text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)].map(([token, inner]) => {
      if (token === '{' || token === '}') {
        throw new Refusal([...at, 'template'], 'a brace is not closed', '花括号未配对')
      }
      if (inner === undefined) return token === '{{' ? '{' : token === '}}' ? '}' : token
      return compileSource(inner, scope, [...at, 'template'])
    })
    const label = parts.find((part) => typeof part !== 'string')?.label
    const facts = textOf(
      parts.map((part) => (typeof part === 'string' ? constantFacts(part) : part.facts)),
      '',
    )
    const read = (item: unknown, run: Run): unknown => {
      let result = ''
      for (const part of parts) {
        const value = typeof part === 'string' ? part : part.read(item, run)
        if (isAbsent(value)) return undefined
        const piece = scalarText(value)
        if (piece === undefined) return failScalar(run, label?.(run) ?? '')
        result += piece
      }
      return result
    }
    return { read, label, facts }
  },
}

/**
 * `{ text: a.b, fold, trim, upper, lower, cut: 100, pad: 6 }` in this order; pad fills zeros on the left. Of a text longer
 * than n characters `cut: n` keeps the first n, `drop: n` leaves it out, and `limit: n` refuses it: a promise of the sender.
 */
export const text: Kind = {
  keys: ['text', 'trim', 'fold', 'upper', 'lower', 'cut', 'drop', 'limit', 'pad'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.text, scope, [...at, 'text'], undefined)
    const steps: ((value: string) => string)[] = []
    if (option(data, 'fold', 'boolean', at)) steps.push(foldWidth)
    if (option(data, 'trim', 'boolean', at)) steps.push((value) => value.trim())
    if (option(data, 'upper', 'boolean', at)) steps.push((value) => value.toUpperCase())
    if (option(data, 'lower', 'boolean', at)) steps.push((value) => value.toLowerCase())
    const most = readMost(data, at)
    if (most?.word === 'cut') steps.push((value) => cutText(value, most.size))
    const hasNoLetters = ['int', 'decimal', 'date'].includes(source.facts.kind)
    if (hasNoLetters && letterWords.some((word) => data[word] === true)) {
      scope.report(
        at,
        `the source is ${source.facts.kind}, which has no width, case or blanks; leave these words out`,
        `来源为 ${source.facts.kind}，没有全半角、大小写或空格，应去掉这些选项`,
        { rule: 'fit.type', related: relatedPlaces(source.facts) },
      )
    }
    const pad = option(data, 'pad', 'number', at)
    if (pad !== undefined) steps.push((value) => value.padStart(pad, '0'))
    const convert = (value: string): string => steps.reduce((result, next) => next(result), value)
    const facts = changedText(source.facts, most?.size, pad)
    if (most === undefined || most.word === 'cut') {
      return { ...source, facts, read: mapScalar(source, (value) => convert(value)) }
    }
    const { size, word } = most
    const judge = (value: string, run: Run): unknown => {
      if (countCharacters(value) <= size) return value
      if (word === 'drop') return undefined
      const [zh, en] = [`长度不得超过 ${size} 个字符`, `must not exceed ${size} characters`]
      return fail(run, labelOf(source, run), 'length', zh, en)
    }
    return {
      ...source,
      facts: { ...facts, isOptional: facts.isOptional || word === 'drop' },
      read: mapScalar(source, (value, _, run) => judge(convert(value), run)),
    }
  },
}

/** Options of text that say nothing of digits. */
const letterWords = ['trim', 'fold', 'upper', 'lower'] as const

const mosts = ['cut', 'drop', 'limit'] as const

/** The one of `cut`, `drop` and `limit` that stands. */
function readMost(
  data: Record<string, unknown>,
  at: Path,
): { word: (typeof mosts)[number]; size: number } | undefined {
  const given = mosts.filter((word) => data[word] !== undefined)
  const [word] = given
  if (word === undefined) return undefined
  const size = option(data, word, 'number', at)
  if (given.length === 1 && Number.isInteger(size) && size !== undefined && size > 0) return { word, size }
  throw new Refusal(
    [...at, word],
    'one of cut, drop and limit, with a whole number of characters',
    'cut、drop、limit 只能有一个，且应为正整数字符数',
  )
}

/** What is known of a text (or of each in a list) after changes of width, case and length. */
function changedText(from: Facts, most: number | undefined, pad: number | undefined): Facts {
  if (from.kind === 'list' && from.element !== undefined) {
    return { ...from, element: changedText(from.element, most, pad) }
  }
  const { sources, isOptional, personal, origins, check } = from
  const cut = most === undefined ? from.max : Math.min(from.max ?? most, most)
  const max = cut === undefined || pad === undefined ? cut : Math.max(cut, pad)
  return {
    kind: 'text',
    sources,
    isOptional,
    personal,
    origins,
    max,
    check: most === undefined ? check : undefined,
  }
}

/** A text made of parts. */
export function textOf(parts: readonly Facts[], separator: string): Facts {
  const maxes = parts.map((part) => (part.kind === 'list' ? undefined : part.max))
  const max = maxes.every((each) => each !== undefined)
    ? maxes.reduce((sum, each) => sum + each, separator.length * Math.max(parts.length - 1, 0))
    : undefined
  const examples = parts.map((part) => part.example)
  return {
    ...textFacts(max, { example: examples.includes(undefined) ? undefined : examples.join(separator) }),
    ...mergeFacts(parts),
    isOptional: parts.some((part) => part.isOptional),
  }
}

/** `{ number: a.b, multiply: 100, fixed: 2 }`: exact decimals; `fixed` gives text with that many places. */
export const number: Kind = {
  keys: ['number', 'multiply', 'fixed'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.number, scope, [...at, 'number'], undefined)
    const multiply = option(data, 'multiply', 'number', at)
    const fixed = option(data, 'fixed', 'number', at)
    if (fixed !== undefined && !(Number.isInteger(fixed) && fixed >= 0 && fixed <= 10)) {
      throw new Refusal([...at, 'fixed'], 'fixed is 0 to 10', 'fixed 应为 0 到 10')
    }
    const compute = compileDecimal(multiply, fixed)
    const read = mapScalar(
      source,
      (value, _, run) =>
        compute(value.trim()) ?? fail(run, labelOf(source, run), 'type', '应为数值', 'must be a number'),
    )
    const { facts } = source
    const kind =
      fixed === undefined ? (multiply === undefined && facts.kind === 'int' ? 'int' : 'decimal') : 'text'
    return {
      read,
      label: source.label,
      facts: { ...unknown, ...mergeFacts([facts]), kind, isOptional: facts.isOptional },
    }
  },
}
