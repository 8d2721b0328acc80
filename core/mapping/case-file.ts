// The shape of a cases file.
import { z } from 'zod'

const caseShape = z.strictObject({
  case: z.string().min(1),
  given: z.unknown().optional(),
  /** raw body, for XML and form */
  text: z.string().optional(),
  /** canonical type of `given`, for a mapping of several types */
  type: z.string().optional(),
  steps: z.record(z.string(), z.unknown()).optional(),
  meta: z.record(z.string(), z.string()).optional(),
  expect: z.unknown().optional(),
  error: z
    .strictObject({ path: z.string().optional(), rule: z.string().optional(), code: z.string().optional() })
    .optional(),
})

/** Shape of `<mapping>.cases.yaml`. */
export const casesShape = z.array(caseShape)
export type CaseFile = z.infer<typeof caseShape>
