// The shapes of dead letters and blocked keys, and of what operators do with them.
import { z } from 'zod'
import { attemptOutcomes } from '../../flow/outcome.ts'
import { resolutions } from '../../flow/resolve.ts'
import { correctionShape, wishShape } from '../correction.ts'
import { replayShape } from '../replay.ts'

const merge =
  'JSON Merge Patch (RFC 7386) over the canonical form, and the files it goes by / 对标准形式的合并补丁，及所用映射版本'
const time = z.string().meta({ format: 'date-time' })
const id = z.string().meta({ format: 'uuid' })
const count = z.int().min(0)
const hex = z.string().regex(/^[0-9a-f]*$/)
const next = z.string().nullable().describe('`after` of the next page / 下一页的 after')
const maskedReason = z.string().nullable().describe('personal data is masked / 个人信息已脱敏')

const deadLetters = z.strictObject({
  dead: z.array(
    z.strictObject({
      message: id,
      step: z.string(),
      system: z.string(),
      key: z.string(),
      type: z.string(),
      source: z.string(),
      attempts: count,
      reason: maskedReason,
      doubt: z.boolean().describe('it may have arrived / 对方可能已收到'),
      settled_at: time,
      blocked: count.describe('deliveries that wait behind it / 其后等待的投递数'),
    }),
  ),
  next,
})

const blockedKeys = z.strictObject({
  blocked: z.array(
    z.strictObject({
      system: z.string(),
      key: z.string(),
      message: id.describe('of the head / 队首消息'),
      step: z.string(),
      type: z.string(),
      state: z.enum(['dead', 'ready', 'held']),
      attempts: count,
      reason: maskedReason,
      since: time.describe('when it died, was first tried, or was accepted / 阻塞起始时间'),
      due_at: time.nullable().describe('when it is tried again / 下次重试时间'),
      behind: count.describe('deliveries that wait behind it / 其后等待的投递数'),
    }),
  ),
  next,
})

const dossier = z.strictObject({
  message: id,
  step: z.string(),
  system: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  masked: z.boolean().describe('whether personal data is hidden in what follows / 以下内容是否脱敏'),
  advice: z
    .strictObject({
      cause: z.enum(['files', 'mapping', 'rejected', 'unknown', 'unreachable', 'held', 'waiting']),
      en: z.string(),
      zh: z.string(),
    })
    .nullable()
    .describe('what to do next; null when it is done / 处理建议'),
  original: z.string().describe('the posted bytes as text / 报送原文'),
  canonical: z.unknown().describe('as accepted, or as last corrected / 受理内容或最近一次更正的内容'),
  mapped: z
    .unknown()
    .describe('what would be sent now, or why nothing can be / 当前将发送的内容或无法发送的原因'),
  attempts: z.array(
    z.strictObject({
      number: z.int(),
      started_at: time,
      duration: z.number(),
      outcome: z.enum(attemptOutcomes),
      status: z.int().nullable(),
      reply: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  corrections: z.array(
    z.strictObject({
      id,
      step: z.string().nullable().describe('null: every step that was open then / 空：当时全部未完成步骤'),
      at: time,
      operator: z.string(),
      reason: z.string(),
      bundle: z.int().describe('the files it is mapped with / 所用映射版本'),
      digest: hex.describe('SM3 of the corrected canonical form / 更正后标准形式的 SM3 摘要'),
    }),
  ),
})

const change = z
  .strictObject({
    path: z.string(),
    kind: z.enum(['added', 'removed', 'changed']),
    before: z.string().optional(),
    after: z.string().optional(),
  })
  .describe('One value that changes; personal data is masked / 一处变化，个人信息已脱敏')
const issues = z.array(z.strictObject({ path: z.string(), rule: z.string(), zh: z.string(), en: z.string() }))
const previewKeys = {
  base: hex.describe('SM3 of the canonical form that goes by now / 当前标准形式的 SM3 摘要'),
  bundle: z.strictObject({ before: z.int(), after: z.int() }),
  canonical: z.array(change),
  steps: z.array(
    z.strictObject({
      step: z.string(),
      system: z.string(),
      state: z.enum(['held', 'ready', 'dead']),
      mapped: z.strictObject({
        changes: z.array(change),
        refused: issues.describe('why nothing could be sent after it / 更正后仍无法发送的原因'),
        wasRefused: issues.describe('why nothing can be sent now / 当前无法发送的原因'),
      }),
    }),
  ),
}

/** Shapes by their name under `components.schemas`. */
export const deadShapes = {
  DeadLetters: deadLetters,
  BlockedKeys: blockedKeys,
  Dossier: dossier,
  CorrectionWish: wishShape.describe(merge),
  Correction: correctionShape.describe(merge),
  CorrectionPreview: z.strictObject(previewKeys),
  Corrected: z.strictObject({ id, ...previewKeys }),
  ReplayMany: replayShape.describe(
    'dead letters by a filter; `dryRun` only counts them / 按条件批量重发，dryRun 仅计数',
  ),
  ReplayState: z.strictObject({
    run: id.nullable().describe('to go on with / 用于继续执行'),
    replayed: count.describe('by this call / 本次重发数'),
    remaining: count,
    systems: z.array(z.strictObject({ system: z.string(), count })).describe('what is left / 剩余'),
    inDoubt: count.describe(
      'left out, for they may have arrived; `"doubt": true` chooses them, and they are sent again, or asked for first where the platform can be asked / 结果不明而未含在内的条数；条件 doubt: true 选取它们，将重新发送（平台可查询的先查询）',
    ),
  }),
  ActionDone: z.strictObject({
    message: id,
    step: z.string(),
    action: z.enum(resolutions),
    state: z.enum(['skipped', 'ready', 'delivered']),
  }),
} as const satisfies Record<string, z.ZodType>
