// Finds its way in the shape of a file kind: which keys could stand at a place.
import type { z } from 'zod'
import type { Path } from './yaml.ts'

/** The keys that a shape knows at a path of the data; of a union those of each alternative the data leaves open. */
export function keysAt(shape: z.ZodType, path: Path, data: unknown): string[] {
  return partAt(shape, path, data).flatMap((part) => Object.keys(definitionOf(part).shape ?? {}))
}

/** The parts of a shape that a path of the data leads to; none where the shape says nothing. */
function partAt(shape: z.core.$ZodType | undefined, path: Path, data: unknown): z.core.$ZodType[] {
  if (shape === undefined) return []
  const def = definitionOf(shape)
  const inner = def.innerType ?? def.in
  if (inner !== undefined) return partAt(inner, path, data)
  if (def.options !== undefined) return branchesOf(def, data).flatMap((option) => partAt(option, path, data))
  const [first, ...rest] = path
  if (first === undefined) return [shape]
  return partAt(def.shape?.[String(first)] ?? def.element ?? def.valueType, rest, valueAt(data, [first]))
}

/** The options of a union; where a key of the data tells them apart, the one it names. */
function branchesOf({ options = [], discriminator }: Definition, data: unknown): readonly z.core.$ZodType[] {
  if (discriminator === undefined) return options
  const value = valueAt(data, [discriminator])
  return options.filter((option) => {
    const key = definitionOf(option).shape?.[discriminator]
    return key?._zod.values?.has(value as string)
  })
}

const definitionOf = (shape: z.core.$ZodType): Definition => shape._zod.def as unknown as Definition

/** What is read of zod's own description of a shape. */
type Definition = {
  shape?: Record<string, z.core.$ZodType>
  element?: z.core.$ZodType
  valueType?: z.core.$ZodType
  innerType?: z.core.$ZodType
  in?: z.core.$ZodType
  options?: readonly z.core.$ZodType[]
  discriminator?: string
}

/** What stands at a path of plain data. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data
  for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step]
  return value
}
