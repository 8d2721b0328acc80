// Expressions that compute from others: guid, digest, json, fn.
import { createHash } from 'node:crypto'
import { suggest } from '../../nearest.ts'
import { Refusal } from '../problems.ts'
import { fail, INVALID, isAbsent, type Run, scalarText } from '../run.ts'
import { canonicalJson } from '../text.ts'
import { type Facts, mergeFacts, textFacts, unknown } from './facts.ts'
import { type Compiled, type Kind, need, option } from './scope.ts'

/** `{ json: path }`: canonical JSON text (sorted keys, no blanks) of a value. */
export const json: Kind = {
  keys: ['json'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.json, scope, [...at, 'json'], undefined)
    return {
      label: source.label,
      facts: { ...textFacts(undefined), ...mergeFacts([source.facts]), isOptional: source.facts.isOptional },
      read: (item, run) => {
        const value = source.read(item, run)
        return value === INVALID || isAbsent(value) ? value : canonicalJson(value)
      },
    }
  },
}

/** Text of a computed part: scalars as they are, structures as canonical JSON, absent as nothing. */
function partText(value: unknown): string {
  return isAbsent(value) ? '' : (scalarText(value) ?? canonicalJson(value))
}

/** `{ guid: [<expr>, …] }`: a record identifier that stays the same over updates: 32 hex of SM3 over the values joined by `|`. */
export const guid: Kind = {
  keys: ['guid'],
  compile: (data, scope, at) => {
    const parts = Array.isArray(data.guid) ? data.guid : [data.guid]
    const list = parts.map((part, i) => scope.compile(part, scope, [...at, 'guid', i], undefined))
    const { sources } = mergeFacts(list.map(({ facts }) => facts))
    return {
      label: firstLabel(list),
      facts: textFacts(32, { sources, isOptional: list.every(({ facts }) => facts.isOptional) }),
      read: (item, run) => {
        let text = ''
        let present = false
        for (let i = 0; i < list.length; i++) {
          const value = list[i]?.read(item, run)
          if (value === INVALID) return INVALID
          if (!isAbsent(value)) present = true
          text += i === 0 ? partText(value) : `|${partText(value)}`
        }
        return present ? createHash('sm3').update(text).digest('hex').slice(0, 32) : undefined
      },
    }
  },
}

function firstLabel(list: readonly Compiled[]): Compiled['label'] {
  return list.find(({ label }) => label !== undefined)?.label
}

/** `{ digest: sm3|sha256, of: <expr>, encode: hex|base64 }` over the UTF-8 bytes. */
export const digest: Kind = {
  keys: ['digest', 'of', 'encode'],
  compile: (data, scope, at) => {
    const algorithm = need(data, 'digest', 'string', at)
    if (algorithm !== 'sm3' && algorithm !== 'sha256') {
      throw new Refusal([...at, 'digest'], 'digest is sm3 or sha256', 'digest 应为 sm3 或 sha256')
    }
    const encoding = option(data, 'encode', 'string', at) ?? 'hex'
    if (encoding !== 'hex' && encoding !== 'base64') {
      throw new Refusal([...at, 'encode'], 'encode is hex or base64', 'encode 应为 hex 或 base64')
    }
    const source = scope.compile(data.of, scope, [...at, 'of'], undefined)
    const { sources, isOptional } = source.facts
    return {
      label: source.label,
      facts: textFacts(encoding === 'hex' ? 64 : 44, { sources, isOptional }),
      read: (item, run) => {
        const value = source.read(item, run)
        if (value === INVALID || isAbsent(value)) return value
        return createHash(algorithm).update(partText(value)).digest(encoding)
      },
    }
  },
}

/** `{ fn: licence-identifier, args: { type: <expr>, … } }`: a function an adapter registered. */
export const call: Kind = {
  keys: ['fn', 'args'],
  compile: (data, scope, at) => {
    const name = need(data, 'fn', 'string', at)
    const known = Object.hasOwn(scope.functions, name) ? scope.functions[name] : undefined
    if (known === undefined) {
      const hint = suggest(name, Object.keys(scope.functions))
      throw new Refusal(
        [...at, 'fn'],
        `unknown function "${name}"${hint.en}`,
        `未知的函数“${name}”${hint.zh}`,
      )
    }
    const rows = data.args ?? {}
    if (typeof rows !== 'object' || Array.isArray(rows)) {
      throw new Refusal([...at, 'args'], 'args is an object of expressions', 'args 应为表达式对象')
    }
    const args = Object.entries(rows as Record<string, unknown>).map(([key, row]) => ({
      key,
      value: scope.compile(row, scope, [...at, 'args', key], undefined),
    }))
    const label = firstLabel(args.map(({ value }) => value))
    const facts: Facts = { ...unknown, ...mergeFacts(args.map(({ value }) => value.facts)) }
    const read = (item: unknown, run: Run): unknown => {
      const given: Record<string, unknown> = {}
      for (const { key, value } of args) {
        const found = value.read(item, run)
        if (found === INVALID) return INVALID
        if (!isAbsent(found)) given[key] = found
      }
      try {
        return known(given)
      } catch {
        return fail(
          run,
          label?.(run) ?? '',
          'function',
          `无法由给定的值计算 ${name}`,
          `${name} cannot be computed from these values`,
        )
      }
    }
    return { read, label, facts }
  },
}
