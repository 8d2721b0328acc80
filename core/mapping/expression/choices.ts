// Expressions that choose, join and cut: when, first, join, split.
import type { Path } from '../../yaml.ts'
import { type Condition, compileCondition, conditionPaths } from '../condition.ts'
import { parsePath } from '../path.ts'
import { Refusal } from '../problems.ts'
import { INVALID, isAbsent, scalarText } from '../run.ts'
import { checkProspects } from '../schema/prospects.ts'
import { lookUp, refuse } from '../schema/rules.ts'
import { eitherFacts, listOf, textFacts } from './facts.ts'
import { failScalar } from './scalar.ts'
import { type Compiled, type Kind, labelOf, need, option, type Scope } from './scope.ts'
import { textOf } from './values.ts'

/** Compiles a condition over the item; paths its schema lacks are reported. */
export function compileWhen(data: unknown, scope: Scope, at: Path): Condition {
  const condition = compileCondition(data, refuse(at))
  const shapeFor = (path: string) => (parsePath(path).fromRoot ? scope.root : scope.item)
  for (const { path, at: place } of conditionPaths(data, at)) {
    lookUp(path, shapeFor(path), scope.report, place)
  }
  checkProspects(data, shapeFor, scope.report, at)
  return condition
}

/** `{ when: <condition>, then: <expr>, else: <expr> }`; without else the target is left out. */
export const when: Kind = {
  keys: ['when', 'then', 'else'],
  compile: (data, scope, at, target) => {
    const condition = compileWhen(data.when, scope, [...at, 'when'])
    const then = scope.compile(data.then, scope, [...at, 'then'], target)
    const otherwise =
      data.else === undefined ? undefined : scope.compile(data.else, scope, [...at, 'else'], target)
    const branches = otherwise === undefined ? [then] : [then, otherwise]
    const isOptional = otherwise === undefined || branches.some(({ facts }) => facts.isOptional)
    return {
      facts: eitherFacts(
        branches.map(({ facts }) => facts),
        isOptional,
      ),
      label: then.label ?? otherwise?.label,
      read: (item, run) => (condition(item) ? then.read(item, run) : otherwise?.read(item, run)),
    }
  },
}

function expressions(data: unknown, scope: Scope, at: Path, target?: Compiled['field']): Compiled[] {
  if (!Array.isArray(data) || data.length === 0) {
    throw new Refusal(at, 'a list of expressions is needed', '此处应为表达式列表')
  }
  return data.map((each, i) => scope.compile(each, scope, [...at, i], target))
}

/** `{ first: [<expr>, …] }`: the first that is present. */
export const first: Kind = {
  keys: ['first'],
  compile: (data, scope, at, target) => {
    const list = expressions(data.first, scope, [...at, 'first'], target)
    return {
      facts: eitherFacts(
        list.map(({ facts }) => facts),
        list.every(({ facts }) => facts.isOptional),
      ),
      label: list.find(({ label }) => label !== undefined)?.label,
      read: (item, run) => {
        for (const { read } of list) {
          const value = read(item, run)
          if (!isAbsent(value)) return value
        }
        return undefined
      },
    }
  },
}

/** `{ join: list[*].name, with: "," }`, or a list of expressions; absent parts fall out, nothing left is absent. */
export const join: Kind = {
  keys: ['join', 'with'],
  compile: (data, scope, at) => {
    const list = Array.isArray(data.join)
      ? expressions(data.join, scope, [...at, 'join'])
      : [scope.compile(data.join, scope, [...at, 'join'], undefined)]
    const separator = option(data, 'with', 'string', at) ?? ''
    const label = list.find((each) => each.label !== undefined)?.label
    const parts = list.map(({ facts }) => facts)
    return {
      facts: { ...textOf(parts, separator), isOptional: parts.every((part) => part.isOptional) },
      label,
      read: (item, run) => {
        const parts: string[] = []
        for (const each of list) {
          const value = each.read(item, run)
          for (const part of Array.isArray(value) ? value : [value]) {
            if (part === INVALID) return INVALID
            if (isAbsent(part)) continue
            const text = scalarText(part)
            if (text === undefined) return failScalar(run, labelOf(each, run))
            parts.push(text)
          }
        }
        return parts.length === 0 ? undefined : parts.join(separator)
      },
    }
  },
}

/** `{ split: a.b, on: "," }`: a text becomes a list; pieces are trimmed, empty ones dropped. */
export const split: Kind = {
  keys: ['split', 'on'],
  compile: (data, scope, at) => {
    const source = scope.compile(data.split, scope, [...at, 'split'], undefined)
    const separator = need(data, 'on', 'string', at)
    const { max, sources, personal, origins, isOptional } = source.facts
    const element = { ...textFacts(max), sources, personal, origins }
    return {
      facts: listOf(element, { isOptional }),
      label: source.label,
      isCut: true,
      read: (item, run) => {
        const value = source.read(item, run)
        if (value === INVALID || isAbsent(value)) return value
        const text = scalarText(value)
        if (text === undefined) return failScalar(run, labelOf(source, run))
        return text
          .split(separator)
          .map((piece) => piece.trim())
          .filter((piece) => piece !== '')
      },
    }
  },
}
