// Holds a file against the shape of its kind: every wrong or unknown key is told at its own place, in both languages, with
// what was probably meant.
import type { z } from 'zod'
import { among } from './nearest.ts'
import { keysAt, valueAt } from './shape-part.ts'
import { FileError, type Path, problemAt, type Source } from './yaml.ts'

/** What is wrong at a place of a file; `onKey`: the key itself is wrong, not what stands behind it. */
export type Fault = { at: Path; en: string; zh: string; onKey?: boolean }

type Issue = z.core.$ZodIssue
type Words = { en: string; zh: string }

/** Validates a source; unknown keys must be refused by the shape (`z.strictObject`). Throws FileError with every fault. */
export function parseSource<T>(source: Source, shape: z.ZodType<T>): T {
  const result = shape.safeParse(source.data)
  if (result.success) return result.data
  const faults = faultsOf(result.error.issues, source.data, shape)
  throw new FileError(faults.map(({ at, en, zh, onKey }) => problemAt(source, at, en, zh, { onKey })))
}

/** The issues of data that a shape refused, as faults of the file. */
export function faultsOf(issues: readonly Issue[], data: unknown, shape: z.ZodType): Fault[] {
  return issues.flatMap((issue): Fault[] => {
    const at = issue.path as Path
    if (issue.code === 'invalid_union') {
      const meant = meantBranch(issue.errors)
      if (meant !== undefined) return faultsOf(within(at, meant), data, shape)
    }
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(shape, at, data)
      return issue.keys.map((key) => ({ at: [...at, key], ...unknownKey(key, known), onKey: true }))
    }
    const name = at.join('.')
    const { en, zh } = wordsOf(issue, valueAt(data, at))
    const fault = { at, en: `${name || 'file'}: ${en}`, zh: `${name || '文件'}：${zh}` }
    return [issue.code === 'invalid_key' ? { ...fault, onKey: true } : fault]
  })
}

/** Of several ways to write something, the only one whose kind (text, list, object) was written; undefined when there is none. */
function meantBranch(branches: readonly Issue[][]): readonly Issue[] | undefined {
  const [meant, ...others] = branches.filter((issues) => !issues.some(isOtherKind))
  return others.length === 0 ? meant : undefined
}

const isOtherKind = ({ code, path }: Issue): boolean => code === 'invalid_type' && path.length === 0

const within = (at: Path, issues: readonly Issue[]): Issue[] =>
  issues.map((issue) => ({ ...issue, path: [...at, ...issue.path] }))

function unknownKey(key: string, known: readonly string[]): Words {
  // `{ type: n16,2 }` is two keys to YAML
  const hint = /^\d+$/.test(key)
    ? { en: '; write the type in quotes: "n16,2"', zh: '，类型须加引号，如 "n16,2"' }
    : among(key, known)
  return { en: `unknown key "${key}"${hint.en}`, zh: `未知的键“${key}”${hint.zh}` }
}

function wordsOf(issue: Issue, value: unknown): Words {
  if (issue.code === 'invalid_type') {
    return value === undefined ? missing : mustBe([issue.expected])
  }
  if (issue.code === 'invalid_value') return notAmong(value, issue.values)
  if (issue.code === 'invalid_union') {
    // zod gives the values of a discriminator, its types do not say so
    const { options } = issue as { options?: readonly unknown[] }
    if (options !== undefined) return notAmong(value, options)
    const kinds = issue.errors.flat().flatMap((each) => (each.code === 'invalid_type' ? each.expected : []))
    if (kinds.length > 0) return value === undefined ? missing : mustBe(kinds)
  }
  if (issue.code === 'invalid_key') {
    return {
      en: `the name is not possible: ${issue.issues[0]?.message ?? ''}`,
      zh: '名称不符合要求',
    }
  }
  return { en: issue.message, zh: '内容不符合要求' }
}

const missing: Words = { en: 'is missing', zh: '缺少此项' }

function mustBe(kinds: readonly string[]): Words {
  const names = [...new Set(kinds)].map((kind) => types[kind] ?? [kind, kind])
  return {
    en: `must be ${names.map(([en]) => en).join(' or ')}`,
    zh: `应为${names.map(([, zh]) => zh).join('或')}`,
  }
}

function notAmong(value: unknown, possible: readonly unknown[]): Words {
  if (value === undefined) return missing
  const hint = among(String(value), possible.map(String))
  return { en: `"${value}" is not possible${hint.en}`, zh: `不支持“${value}”${hint.zh}` }
}

const types: Readonly<Record<string, readonly [string, string]>> = {
  string: ['a text', '文本'],
  number: ['a number', '数值'],
  int: ['a whole number', '整数'],
  boolean: ['true or false', ' true 或 false'],
  array: ['a list', '列表'],
  object: ['an object', '对象'],
  record: ['an object', '对象'],
}
