// Named texts of a request: headers, query parameters, form fields.
import type { Context, Entries, Part } from './context.ts'
import { compileSteps, endOf } from './pipeline.ts'
import { after, together, type Value } from './scope.ts'

/** Compiles one named text: a template, a list of steps, or a plain number or boolean. */
export function compileLabel(data: unknown, context: Context): Part {
  const part = compileSteps(Array.isArray(data) ? data : String(data), context)
  if (part.kind === 'bytes') {
    context.fail(
      endOf(data, context.path),
      'the result is bytes; encode it: { encode: hex } as its last step',
      '结果是字节，应先编码：在步骤末尾加 { encode: hex }',
      { rule: 'value.bytes' },
    )
  }
  return part
}

/** Evaluates named parts in order. */
export function entriesOf(parts: readonly (readonly [string, Part])[]): Entries {
  return (frame) =>
    after(together(parts.map(([, part]) => part.run(frame, ''))), (values) =>
      parts.map(([name], index): [string, Value] => [name, values[index] ?? '']),
    )
}
