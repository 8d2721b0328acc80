// Everything an operator needs to judge one delivery: the original, the canonical and the mapped form, every attempt.
import { QiaoError } from '../errors.ts'
import { isId } from '../id.ts'
import type { Database } from '../ledger/database.ts'
import { type AttemptView, attemptsOf } from '../ledger/dead.ts'
import { loadMessage, resultsOf, viewMessage } from '../ledger/message.ts'
import { declaredCharset, decodeText } from '../mapping/format/charset.ts'
import { localTime } from '../time.ts'
import type { Registry } from './registry.ts'

export type DeliveryDossier = {
  message: string
  step: string
  system: string
  state: string
  reason: string | null
  /** the posted bytes as text */
  original: string
  canonical: unknown
  /** what would be sent now, or the reason why nothing can be */
  mapped: unknown
  attempts: AttemptView[]
}

/** The dossier of a delivery; undefined when there is none. */
export async function inspectDelivery(
  database: Database,
  registry: Registry,
  message: string,
  step: string,
): Promise<DeliveryDossier | undefined> {
  const stored = isId(message) ? await loadMessage(database.query, message) : undefined
  const view = stored && (await viewMessage(database.query, message))
  const delivery = view?.deliveries.find((d) => d.step === step)
  if (!stored || !delivery) return undefined
  const bundle = await registry.pinned(stored.bundle)
  const mapping = bundle.library.outbound(bundle.flows.get(stored.type)?.steps.get(step)?.mapping ?? '')
  const canonical = JSON.parse(stored.canonical) as Record<string, unknown>
  const acceptedAt = localTime(stored.accepted_at)
  const meta = {
    messageId: message,
    acceptedAt,
    now: localTime(new Date()),
    source: stored.source,
    type: stored.type,
    key: delivery.key,
  }
  let mapped: unknown
  try {
    mapped = await mapping?.apply(canonical, { meta, steps: await resultsOf(database.query, message) })
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    mapped = { refused: error.issues }
  }
  return {
    message,
    step,
    system: delivery.system,
    state: delivery.state,
    reason: delivery.reason,
    original: originalText(stored.payload),
    canonical,
    mapped,
    attempts: await attemptsOf(database.query, message, step),
  }
}

/** The text in the charset it declares, else in whichever it is valid; Base64 when in none. */
function originalText(payload: Buffer): string {
  for (const charset of [declaredCharset(payload, undefined) ?? 'utf-8', 'gb18030']) {
    try {
      return decodeText(payload, charset)
    } catch {
      // the next one
    }
  }
  return payload.toString('base64')
}
