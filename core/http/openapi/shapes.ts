// The shapes of everything the hub answers with, for /openapi.json; tests hold real answers against them.
import { z } from 'zod'
import { exportShape } from '../evidence.ts'
import { archiveShapes } from './archive-shapes.ts'
import { coverageShapes } from './coverage-shapes.ts'
import { deadShapes } from './dead-shapes.ts'
import { healthReport } from './health-shapes.ts'
import { reconciliationShapes } from './reconciliation-shapes.ts'
import { supplementShapes } from './supplement-shapes.ts'

const time = z.string().meta({ format: 'date-time' })
const id = z.string().meta({ format: 'uuid' })
const count = z.int().min(0)
const day = z.string().meta({ format: 'date' })
const hex = z.string().regex(/^[0-9a-f]*$/)

const issue = z
  .strictObject({
    path: z.string().describe("the field, in the sender's own format / 字段路径（以报送方格式）"),
    rule: z.string().describe('the rule that is broken: required, length, code … / 违反的规则'),
    zh: z.string(),
    en: z.string(),
  })
  .describe('One thing wrong with one field / 一个字段的一处问题')

const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    title_zh: z.string(),
    status: z.int(),
    code: z.string().describe('stable; the list is x-errors / 稳定的错误代码，见 x-errors'),
    detail: z.string().optional(),
    issues: z.array(issue).optional(),
    todo: z.string().describe('what to do next'),
    instance: z.string().optional(),
  })
  .describe('RFC 9457 problem details / 错误说明')

const receipt = z
  .strictObject({
    messageId: id,
    system: z.string(),
    type: z.string(),
    key: z.string(),
    deduplicationKey: z.string(),
    contentDigest: hex.describe('SM3 of the posted bytes / 报文原文的 SM3 摘要'),
    canonicalDigest: hex,
    acceptedAt: time,
    proof: z.strictObject({
      index: count,
      path: z.array(z.string()).describe('Merkle path / 默克尔路径'),
      root: hex,
      signature: z.string().describe('Base64 of a DER SM2 signature over the root / 根的 SM2 签名'),
      keyId: z.string(),
      algorithm: z.literal('SM2-SM3'),
    }),
  })
  .describe('Signed proof of acceptance, verified offline by `qiao verify` / 受理回执')

const accepted = z.strictObject({
  messages: z.array(
    z.strictObject({
      id,
      type: z.string(),
      key: z.string().describe('business key, mostly the case number / 业务主键，多为办件编号'),
      duplicate: z.boolean().describe('accepted before; the receipt is that of then / 此前已受理'),
      receipt: receipt.optional(),
      archived: day
        .optional()
        .describe(
          'instead of a receipt: accepted before, and archived; its receipt stands in the archive of this day / 此前已受理并已归档，回执在该日归档文件中',
        ),
    }),
  ),
})

const delivery = z.strictObject({
  message: id,
  step: z.string(),
  system: z.string(),
  key: z.string(),
  state: z.enum(['held', 'ready', 'delivered', 'duplicate', 'dead', 'skipped']),
  attempts: count,
  reason: z.string().nullable(),
  settled_at: time.nullable(),
})

const messageKeys = {
  id,
  source: z.string(),
  type: z.string(),
  key: z.string(),
  accepted_at: time,
  deliveries: z.array(delivery),
}
const message = z.strictObject(messageKeys)

const feedPage = z.strictObject({
  records: z.array(
    z.strictObject({
      cursor: z.string(),
      type: z.string(),
      key: z.string(),
      data: z
        .record(z.string(), z.unknown())
        .describe("the record in the platform's format / 平台格式的记录"),
    }),
  ),
  next: z.string().describe('`after` of the next call / 下一次的 after'),
  more: z.boolean(),
})

const breaker = z.enum(['closed', 'open', 'trial'])
const systems = z.strictObject({
  systems: z.array(
    z.strictObject({
      system: z.string(),
      accepted: count,
      delivered: count,
      duplicate: count,
      dead: count,
      skipped: count,
      open: count,
      oldest: z
        .number()
        .nullable()
        .describe('seconds the oldest due delivery has waited / 最早待投递已等待秒数'),
      kind: z.string().nullable(),
      title: z.string().nullable(),
      breaker,
    }),
  ),
  departments: z.array(
    z.strictObject({ source: z.string(), accepted: count, delivered: count, dead: count }),
  ),
})

const place = z.strictObject({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  en: z.string(),
  zh: z.string(),
})
const fileProblem = place.extend({
  severity: z.enum(['error', 'warning']),
  rule: z.string(),
  related: z.array(place).optional(),
})

const attempt = { at: time, digest: hex.nullable(), changed: z.boolean(), problems: z.array(fileProblem) }
const mappings = z.strictObject({
  versions: z.array(
    z.strictObject({ id: z.int(), digest: hex, open: count, dead: count, current: z.boolean(), since: time }),
  ),
  last: z.strictObject({ ...attempt, ok: z.boolean(), again: z.boolean() }).nullable(),
})

/** Shapes by their name under `components.schemas`. */
export const shapes = {
  Problem: problem,
  Issue: issue,
  Receipt: receipt,
  Accepted: accepted,
  Message: message,
  MessageWithReceipt: z.strictObject({ ...messageKeys, receipt }),
  Messages: z.strictObject({ messages: z.array(message) }),
  Case: z.strictObject({ caseNo: z.string(), messages: z.array(message) }),
  FeedPage: feedPage,
  Cursor: z.strictObject({
    cursor: z.string().describe('everything up to it was taken / 此前的记录均已取走'),
  }),
  Acknowledged: z.strictObject({ acknowledged: z.string() }),
  Action: z.strictObject({
    by: z.string().min(1).max(100).describe('who / 操作人'),
    reason: z.string().min(1).max(1000).describe('why / 原因'),
  }),
  Systems: systems,
  ...deadShapes,
  ...reconciliationShapes,
  ...coverageShapes,
  ...supplementShapes,
  ...archiveShapes,
  Export: exportShape.describe('who exports a proof file, and why / 导出存证文件的人与原因'),
  Receipts: z.strictObject({ receipts: z.array(receipt) }),
  Mappings: mappings,
  Reloaded: z.strictObject(attempt),
  Health: z.strictObject({ status: z.literal('ok') }),
  HealthReport: healthReport,
  Ready: z.strictObject({
    ready: z.boolean(),
    draining: z.boolean(),
    ledger: z.string(),
    intake: z.string().describe('ok, or why nothing is accepted / 受理状态'),
    queue: z.string(),
    mappings: z.strictObject({
      digest: hex,
      since: time,
      pending: z
        .strictObject({ at: time, problems: count, first: z.string() })
        .optional()
        .describe('files that were refused; the old ones serve on / 新文件未被采用'),
    }),
    without: z
      .string()
      .optional()
      .describe('what this hub does not guarantee, only ever in a test / 仅供测试：已关闭的保证'),
  }),
} as const satisfies Record<string, z.ZodType>

export type ShapeName = keyof typeof shapes

/** The shapes as JSON Schema (draft 2020-12). Clients must accept members that a later version adds. */
export function shapeSchemas(): Record<string, unknown> {
  const registry = z.registry<{ id?: string }>()
  for (const [name, shape] of Object.entries(shapes)) registry.add(shape, { id: name })
  const { schemas } = z.toJSONSchema(registry, {
    uri: (name) => `#/components/schemas/${name}`,
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
    },
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _, $schema: __, ...schema }]) => [name, schema]),
  )
}
