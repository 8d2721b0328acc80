// The deliveries of a stored message: each converted with the files it was pinned to and with the candidate files,
// from the same canonical form, the same meta values and the same results of earlier steps.
import type { PastDelivery, PastMessage } from '../ledger/history.ts'
import { encodeDocument } from '../mapping/format/format.ts'
import { personalValues } from '../mapping/mask.ts'
import type { Outbound } from '../mapping/outbound.ts'
import { localTime } from '../time.ts'
import type { Step } from './flow.ts'
import type { Fileset } from './shadow-past.ts'
import { compareRuns, type Ran, run } from './shadow-run.ts'
import type { Finding, Privacy, Tally } from './shadow-tally.ts'

/** A message with what its deliveries left. */
export type StepInput = {
  message: PastMessage
  canonical: Record<string, unknown>
  deliveries: readonly PastDelivery[]
  past: Fileset
  candidate: Fileset
  /** only deliveries to this system */
  system: string | undefined
  isSame: (mapping: string) => boolean
  /** what `now` is for a delivery that was never tried */
  startedAt: Date
}

/** Compares every delivery; answers how many were compared and how many still wait for another's result. */
export async function compareSteps(
  input: StepInput,
  tally: Tally,
): Promise<{ compared: number; waiting: number }> {
  const { message, canonical, deliveries, past, candidate } = input
  const old = past.flows.get(message.type)?.steps
  const next = candidate.flows.get(message.type)?.steps
  let results: Record<string, unknown> | undefined
  const counts = { compared: 0, waiting: 0 }
  for (const name of new Set([...deliveries.map(({ step }) => step), ...(next?.keys() ?? [])])) {
    const delivery = deliveries.find(({ step }) => step === name)
    const before = old?.get(name)
    const after = next?.get(name)
    const applies = after?.applies(canonical) === true
    if (!delivery && (!applies || before?.applies(canonical))) continue
    const target = { mapping: (applies ? after : before)?.mapping ?? '', direction: 'delivery' } as const
    const system = delivery?.system ?? after?.system
    if (input.system !== undefined && system !== input.system) continue
    const where = { message: message.id, step: name }
    counts.compared++
    if (!delivery || !before || !after || !applies) {
      tally.add(target, where, [{ field: '(step)', kind: delivery ? 'removed' : 'added' }], noValues)
      continue
    }
    const moved = movedFindings(before, after)
    if (moved.length === 0 && before.mapping === after.mapping && input.isSame(after.mapping)) {
      tally.skip(target)
      continue
    }
    if (delivery.state === 'held') {
      counts.waiting++
      continue
    }
    results ??= resultsOf(deliveries)
    const findings = await compareStep(input, delivery, [before, after], results)
    tally.add(target, where, [...moved, ...findings], () => privacyOf(input, [before, after]))
  }
  return counts
}

const noValues: Privacy = () => ({ personal: [], known: [] })

function movedFindings(before: Step, after: Step): Finding[] {
  return (['system', 'operation'] as const)
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ field: `(${name})`, kind: 'changed', before: before[name], after: after[name] }))
}

async function compareStep(
  { message, canonical, past, candidate, startedAt }: StepInput,
  delivery: PastDelivery,
  [before, after]: readonly [Step, Step],
  results: Record<string, unknown>,
): Promise<Finding[]> {
  const meta = {
    messageId: message.id,
    acceptedAt: localTime(message.accepted_at),
    now: localTime(delivery.tried_at ?? startedAt),
    source: message.source,
    type: message.type,
    key: delivery.key,
  }
  const convert = (set: Fileset, step: Step): Promise<Made> =>
    make(set.library.outbound(step.mapping), canonical, { meta, steps: step.needs.length > 0 ? results : {} })
  const old = await convert(past, before)
  const made = await convert(candidate, after)
  const findings = compareRuns(old.ran, made.ran)
  return findings.length > 0 ? findings : compareBytes(old, made)
}

/** A document as it would be sent; `content` for formats whose order or writing means something. */
type Made = {
  mapping: Outbound | undefined
  ran: Ran<Record<string, unknown>>
  content: Buffer | undefined
}

async function make(
  mapping: Outbound | undefined,
  canonical: Record<string, unknown>,
  context: Parameters<Outbound['apply']>[1],
): Promise<Made> {
  if (!mapping) {
    const issue = { path: '', rule: 'mapping', zh: '没有该映射', en: 'there is no such mapping' }
    return { mapping, ran: { ok: false, issues: [issue] }, content: undefined }
  }
  let content: Buffer | undefined
  const ran = await run(async () => {
    const value = await mapping.apply(canonical, context)
    // what cannot be written is refused too; JSON can always be, and the order of its members means nothing
    if (mapping.format !== 'json') content = encodeDocument(mapping.format, value, mapping).content
    return value
  })
  return { mapping, ran, content }
}

/** Documents with the same members may still be written otherwise. */
function compareBytes(before: Made, after: Made): Finding[] {
  if (!before.ran.ok || !after.ran.ok) return []
  const changed = (['format', 'charset', 'root'] as const)
    .filter((name) => before.mapping?.[name] !== after.mapping?.[name])
    .map((name): Finding => {
      const [old, made] = [before.mapping?.[name], after.mapping?.[name]]
      return { field: `(${name})`, kind: 'changed', before: old, after: made }
    })
  if (changed.length > 0) return changed
  const { content } = after
  return content && before.content && !content.equals(before.content)
    ? [{ field: '(bytes)', kind: 'changed' }]
    : []
}

function resultsOf(deliveries: readonly PastDelivery[]): Record<string, unknown> {
  return Object.fromEntries(
    deliveries.flatMap(({ step, result }) =>
      result === null ? [] : [[step, JSON.parse(result) as unknown]],
    ),
  )
}

/** What either side calls personal is hidden, and so is every personal value of the message itself. */
function privacyOf(
  { message, canonical, past, candidate }: StepInput,
  [before, after]: readonly [Step, Step],
): ReturnType<Privacy> {
  const types = [past, candidate].flatMap(({ library }) => library.types.get(message.type)?.personal ?? [])
  const personal = [
    ...(past.library.outbound(before.mapping)?.personal ?? []),
    ...(candidate.library.outbound(after.mapping)?.personal ?? []),
  ]
  return { personal, known: personalValues(canonical, types) }
}
