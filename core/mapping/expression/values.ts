// Expressions that give one value: path, const, meta, step, template, text, number.
import { compileDecimal } from '../decimal.ts'
import { suggest } from '../nearest.ts'
import { compilePath, PathError } from '../path.ts'
import { Refusal } from '../problems.ts'
import { fail, isAbsent, type Run, scalarText } from '../run.ts'
import { cutText, foldWidth } from '../text.ts'
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
    return { read: () => value }
  },
}

/** What `meta` may name. */
export const metaNames: readonly string[] = ['messageId', 'acceptedAt', 'now', 'source', 'type', 'key']

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
    return { read: (_item, run) => run.context.meta[name] }
  },
}

/** `{ step: seal, path: signedValue }`: what an earlier step's reply left. */
export const step: Kind = {
  keys: ['step', 'path'],
  compile: (data, _, at) => {
    const name = need(data, 'step', 'string', at)
    const inner = option(data, 'path', 'string', at)
    try {
      const walk = inner === undefined ? (value: unknown) => value : compilePath(inner)
      return { read: (_item, run) => walk(run.context.steps[name]) }
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
    return { read, label }
  },
}

/** `{ text: a.b, trim, fold, upper, lower, cut: 100, pad: 6 }` in this order; pad fills zeros on the left. */
export const text: Kind = {
  keys: ['text', 'trim', 'fold', 'upper', 'lower', 'cut', 'pad'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.text, scope, [...at, 'text'], undefined)
    const steps: ((value: string) => string)[] = []
    if (option(data, 'fold', 'boolean', at)) steps.push(foldWidth)
    if (option(data, 'trim', 'boolean', at)) steps.push((value) => value.trim())
    if (option(data, 'upper', 'boolean', at)) steps.push((value) => value.toUpperCase())
    if (option(data, 'lower', 'boolean', at)) steps.push((value) => value.toLowerCase())
    const cut = option(data, 'cut', 'number', at)
    if (cut !== undefined) steps.push((value) => cutText(value, cut))
    const pad = option(data, 'pad', 'number', at)
    if (pad !== undefined) steps.push((value) => value.padStart(pad, '0'))
    const convert = (value: string): string => steps.reduce((result, next) => next(result), value)
    return { ...source, read: mapScalar(source, (value) => convert(value)) }
  },
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
    return { read, label: source.label }
  },
}
