// The shape of a recipe file; unknown keys are refused with their place.
import { z } from 'zod'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const labels = z.record(z.string().min(1), z.union([scalar, z.array(z.unknown())]))
/** `mappings/signing/<name>.yaml`. Values, labels and body are compiled separately. */
export const recipeShape = z.strictObject({
  title: z.string(),
  source: z.string().optional(),
  values: z.record(z.string(), z.unknown()).default({}),
  body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  form: labels.optional(),
  contentType: z.string().optional(),
  headers: labels.default({}),
  query: labels.default({}),
})
/** A parsed recipe file. */
export type RecipeFile = z.infer<typeof recipeShape>
