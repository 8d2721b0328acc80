// How a pipeline step is defined: the strict shape of its YAML, and its compilation to a closure.
import { z } from 'zod'
import { faultsOf } from '../shape.ts'
import type { Context, Part } from './context.ts'

/** Compiles the data of one step (the whole one-key mapping) in its context; `shape` is what the data must be. */
export type Definition = ((data: unknown, context: Context) => Part) & { shape: z.ZodType }

/** Defines a step by the shape of its mapping; what the shape refuses is reported at its place. */
export function define<T extends z.ZodRawShape>(
  shape: T,
  compile: (data: z.infer<z.ZodObject<T, z.core.$strict>>, context: Context) => Part,
): Definition {
  const whole = z.strictObject(shape)
  const definition = (data: unknown, context: Context): Part => {
    const result = whole.safeParse(data)
    if (result.success) return compile(result.data, context)
    const faults = faultsOf(result.error.issues, data, whole)
    // what is missing is most often the misspelt key
    const fault = faults.find(({ onKey }) => onKey) ?? faults[0]
    if (!fault) throw new TypeError('a shape refused a step and does not say why')
    const { at, en, zh, onKey } = fault
    return context.fail([...context.path, ...at], en, zh, onKey ? { onKey } : {})
  }
  return Object.assign(definition, { shape: whole })
}
