// The shape of a recipe's cases file: what goes in, and what must come out.
import { z } from 'zod'

const texts = z.record(z.string(), z.coerce.string()).default({})

const given = z.strictObject({
  settings: texts,
  session: texts,
  /** secrets by key name */
  secrets: texts,
  /** SM2 private keys by key name, 64 hex digits; their public halves are known too */
  sm2Keys: texts,
  /** epoch milliseconds, or an ISO time with its offset */
  now: z.union([z.int(), z.iso.datetime({ offset: true })]).default(0),
  /** what every nonce of the run is */
  nonce: z.string().default('nonce0123456789a'),
  method: z.string().default('POST'),
  path: z.string().default('/'),
  query: texts,
  headers: texts,
  document: z.unknown().optional(),
  /** the document's text; left out: its JSON */
  content: z.string().optional(),
  contentType: z.string().default('application/json; charset=utf-8'),
})

const expect = z.strictObject({
  headers: z.record(z.string(), z.unknown()).optional(),
  query: z.record(z.string(), z.unknown()).optional(),
  values: z.record(z.string(), z.unknown()).optional(),
  /** a mapping or list: the body as JSON; a text: the body as it is */
  body: z.unknown().optional(),
  /** the body as an urlencoded form */
  form: z.record(z.string(), z.unknown()).optional(),
  contentType: z.string().optional(),
})

const one = z.union([
  z.strictObject({ case: z.string(), given, expect }),
  /** the run must fail with a message that holds `error` */
  z.strictObject({ case: z.string(), given, error: z.string() }),
])

/** `mappings/signing/<name>.cases.yaml`. */
export const casesShape = z.array(one).min(1)
export type RecipeCase = z.infer<typeof one>
export type Given = z.infer<typeof given>

const sm2Shape = {
  key: z.string(),
  text: z.string(),
  encode: z.enum(['hex', 'base64']).default('base64'),
}

/** Expectations of results that are new each time, in place of a text. */
export const matchers = {
  /** `{ $verify: { key, text, encode, form, userId } }`: an SM2 signature of that key over that text */
  $verify: z.strictObject({
    ...sm2Shape,
    form: z.enum(['der', 'rs']).optional(),
    userId: z.string().optional(),
  }),
  /** `{ $decrypt: { key, text, encode, order, asn1, prefix04 } }`: SM2 ciphertext for that key holding that text */
  $decrypt: z.strictObject({
    ...sm2Shape,
    order: z.enum(['C1C3C2', 'C1C2C3']).optional(),
    asn1: z.boolean().optional(),
    prefix04: z.boolean().optional(),
  }),
  /** `{ $matches: RE }`: a text that matches as a whole */
  $matches: z.string(),
}
