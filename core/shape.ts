// Holds a file against the shape of its kind: every wrong or unknown key is told at its own place, in both languages, with
// what was probably meant.
import type { z } from 'zod'
import { among } from './nearest.ts'
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
    if (issue.code === 'unrecognized_keys') {
      const known = keysOf(partAt(shape, at))
      return issue.keys.map((key) => ({ at: [...at, key], ...unknownKey(key, known), onKey: true }))
    }
    const name = at.join('.')
    const { en, zh } = wordsOf(issue, valueAt(data, at))
    const fault = { at, en: `${name || 'file'}: ${en}`, zh: `${name || '文件'}：${zh}` }
    return [issue.code === 'invalid_key' ? { ...fault, onKey: true } : fault]
  })
}

function unknownKey(key: string, known: readonly string[]): Words {
  // `{ type: n16,2 }` is two keys to YAML
  const hint = /^\d+$/.test(key)
    ? { en: '; write the type in quotes: "n16,2"', zh: '，类型须加引号，如 "n16,2"' }
    : among(key, known)
  return { en: `unknown key "${key}"${hint.en}`, zh: `未知的键“${key}”${hint.zh}` }
}

function wordsOf(issue: Issue, value: unknown): Words {
  if (issue.code === 'invalid_type') {
    const [en = issue.expected, zh = issue.expected] = types[issue.expected] ?? []
    return value === undefined
      ? { en: 'is missing', zh: '缺少此项' }
      : { en: `must be ${en}`, zh: `应为${zh}` }
  }
  if (issue.code === 'invalid_value') {
    if (value === undefined) return { en: 'is missing', zh: '缺少此项' }
    const hint = among(String(value), issue.values.map(String))
    return { en: `"${value}" is not possible${hint.en}`, zh: `不支持“${value}”${hint.zh}` }
  }
  if (issue.code === 'invalid_key') {
    return {
      en: `the name is not possible: ${issue.issues[0]?.message ?? ''}`,
      zh: '名称不符合要求',
    }
  }
  return { en: issue.message, zh: '内容不符合要求' }
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

/** The part of a shape that a path of the data leads to; undefined where the shape says nothing. */
function partAt(shape: z.core.$ZodType | undefined, path: Path): z.core.$ZodType[] {
  if (shape === undefined) return []
  const { def } = (shape as z.ZodType)._zod as unknown as { def: Definition }
  const inner = def.innerType ?? def.in
  if (inner !== undefined) return partAt(inner, path)
  if (def.options !== undefined) return def.options.flatMap((option) => partAt(option, path))
  const [first, ...rest] = path
  if (first === undefined) return [shape]
  return partAt(def.shape?.[String(first)] ?? def.element ?? def.valueType, rest)
}

/** What is read of zod's own description of a shape. */
type Definition = {
  shape?: Record<string, z.core.$ZodType>
  element?: z.core.$ZodType
  valueType?: z.core.$ZodType
  innerType?: z.core.$ZodType
  in?: z.core.$ZodType
  options?: readonly z.core.$ZodType[]
}

function keysOf(parts: readonly z.core.$ZodType[]): string[] {
  return parts.flatMap((part) => Object.keys((part._zod as unknown as { def: Definition }).def.shape ?? {}))
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data
  for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step]
  return value
}
