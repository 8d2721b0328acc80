// The lines of a proof file: what one day, or one message, leaves behind, complete enough to check it on a machine that has
// nothing else, and to restore it. One JSON object a line, in exactly the form JSON.stringify gives it; docs/evidence.md
// explains every member. Digests in hex, bytes and signatures in Base64, times in ISO 8601 with milliseconds, UTC.
import { z } from 'zod'

/** Name and version of the format; stands in the first line. */
export const format = 'qiao-proof-1'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
// Node reads Base64 leniently; a file has one form only
const base64 = z.string().refine((text) => Buffer.from(text, 'base64').toString('base64') === text)
const time = z.iso.datetime({ precision: 3 })
const day = z.iso.date()
const path = z.string().regex(/^([LR]:[0-9a-f]{64}( [LR]:[0-9a-f]{64})*)?$/)
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** First line. `message`: its id, or null for a whole day; `content` false: payloads and what follows from them are left out. */
const header = z.strictObject({
  format: z.literal(format),
  day,
  message: uuid.nullable(),
  content: z.boolean(),
  createdAt: time,
  keys: z.array(z.strictObject({ id: hex, publicKey: base64 })).min(1),
})

/** A Merkle tree; its leaves follow. `path`: its way to the root of its day, in a file of one message. */
const tree = z.strictObject({
  id: uuid,
  kind: z.enum(['receipts', 'attempts', 'actions']),
  day,
  size: z.int().min(1),
  root: hex,
  signature: base64.nullable(),
  keyId: z.string().nullable(),
  path: path.nullable(),
})

/** A body of several messages; stands before the first of them. */
const post = z.strictObject({ id: uuid, payload: base64.nullable() })

/** What the hub accepted. `payload` null: it stands in the body `post`. */
const receipt = z.strictObject({
  messageId: uuid,
  system: z.string(),
  type: z.string(),
  key: z.string(),
  deduplicationKey: z.string(),
  contentDigest: hex,
  canonicalDigest: hex,
  acceptedAt: time,
  index: z.int(),
  path,
  bundle: z.int(),
  post: uuid.nullable(),
  payload: base64.nullable(),
  canonical: z.string().nullable(),
})

const attempt = z.strictObject({
  message: uuid,
  step: z.string(),
  number: z.int(),
  startedAt: time,
  outcome: z.string(),
  status: z.int().nullable(),
  requestDigest: hex.nullable(),
  reason: z.string().nullable(),
  index: z.int(),
  path: path.nullable(),
  duration: z.int(),
  reply: z.string().nullable(),
})

/** What an operator did. `correction`: what he made of the message, where that is what he did. */
const action = z.strictObject({
  id: uuid,
  operator: z.string(),
  action: z.string(),
  message: uuid.nullable(),
  step: z.string().nullable(),
  reason: z.string(),
  detail: z.string().nullable(),
  path: path.nullable(),
  at: time,
  correction: z
    .strictObject({
      step: z.string().nullable(),
      canonical: z.string().nullable(),
      canonicalDigest: hex,
      bundle: z.int(),
    })
    .nullable(),
})

/** A delivery as it stood when the file was written. */
const delivery = z.strictObject({
  message: uuid,
  step: z.string(),
  seq: z.string().regex(/^\d+$/),
  system: z.string(),
  key: z.string(),
  lane: z.int(),
  state: z.string(),
  dueAt: time.nullable(),
  attempts: z.int(),
  result: z.string().nullable(),
  reason: z.string().nullable(),
  settledAt: time.nullable(),
  correction: uuid.nullable(),
  doubt: z.string().nullable(),
})

/** A day of the chain. */
const link = z.strictObject({
  day,
  entries: z.int(),
  root: hex,
  previous: hex,
  hash: hex,
  signature: base64,
  keyId: z.string(),
})

/** Last line: how many lines stand before it, the SM3 of their bytes with the line ends, and the hub's signature over that. */
const end = z.strictObject({ lines: z.int(), digest: hex, signature: base64, keyId: z.string() })

const lines = { header, tree, post, receipt, attempt, action, delivery, link, end }

/** A line: an object with one member, which names it. */
export const lineShape = z.union([
  z.strictObject({ header }),
  z.strictObject({ receipt }),
  z.strictObject({ attempt }),
  z.strictObject({ tree }),
  z.strictObject({ delivery }),
  z.strictObject({ post }),
  z.strictObject({ action }),
  z.strictObject({ link }),
  z.strictObject({ end }),
])
export type Line = z.infer<typeof lineShape>

export type Content<T extends keyof typeof lines> = z.infer<(typeof lines)[T]>

/** The bytes the hub's key signs for a file. */
export function sealedText(digest: Buffer): Buffer {
  return Buffer.from(`qiao-proof-1\n${digest.toString('hex')}`)
}
