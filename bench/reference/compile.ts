// A declared mapping compiled once to closures, as fast as hand-written code within a factor of three.

/** One target value: a source path, or one of the conversions. */
export type Expression =
  | string
  | { constant: string }
  | { code: string; table: Readonly<Record<string, string>> }
  | { date: string; convert: (text: string) => string }
  | { template: readonly (string | { path: string })[] }
  | { each: string; fields: Fields }

export type Fields = Readonly<Record<string, Expression>>

type Get = (value: unknown) => unknown

/** Compiles `fields` to a function that makes the target document; absent sources leave their target out. */
export function compile(fields: Fields): (source: unknown) => Record<string, unknown> {
  const names = Object.keys(fields)
  const getters = Object.values(fields).map(compileExpression)
  return (source) => {
    const target: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) {
      const value = getters[i]?.(source)
      if (value !== undefined) target[names[i] as string] = value
    }
    return target
  }
}

function compileExpression(expression: Expression): Get {
  if (typeof expression === 'string') return path(expression)
  if ('constant' in expression) return () => expression.constant
  if ('code' in expression) return code(path(expression.code), expression.table)
  if ('date' in expression) {
    const get = path(expression.date)
    return (source) => expression.convert(String(get(source)))
  }
  if ('template' in expression) {
    const parts = expression.template.map((part) => (typeof part === 'string' ? () => part : path(part.path)))
    return (source) => {
      let text = ''
      for (const part of parts) text += part(source)
      return text
    }
  }
  const list = path(expression.each)
  const one = compile(expression.fields)
  return (source) => (list(source) as unknown[]).map(one)
}

function code(get: Get, table: Readonly<Record<string, string>>): Get {
  return (source) => {
    const value = table[String(get(source))]
    if (value === undefined) throw new Error('unknown code')
    return value
  }
}

function path(text: string): Get {
  const [first = '', second] = text.split('.')
  if (second === undefined) return (source) => (source as Record<string, unknown>)[first]
  return (source) => (source as Record<string, Record<string, unknown>>)[first]?.[second]
}
