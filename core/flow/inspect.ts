// Everything an operator needs to judge one delivery: the original, the canonical and the mapped form, every attempt,
// what was corrected, and what to do next.
import { isId } from '../id.ts'
import { recordAction } from '../ledger/audit.ts'
import { type CorrectionView, correctionsOf, type Effective, effectiveOf } from '../ledger/correction.ts'
import type { Database } from '../ledger/database.ts'
import { type AttemptView, attemptsOf } from '../ledger/dead.ts'
import { loadMessage, resultsOf, viewMessage } from '../ledger/message.ts'
import { declaredCharset, decodeText } from '../mapping/format/charset.ts'
import { type Actor, newAction } from './action.ts'
import { type Advice, adviceFor } from './advice.ts'
import { mapDocument } from './mapped.ts'
import { maskDocument, maskReason, type Private, privateIn } from './privacy.ts'
import type { Registry } from './registry.ts'
import type { Target } from './resolve.ts'

export type DeliveryDossier = {
  message: string
  step: string
  system: string
  state: string
  reason: string | null
  /** whether personal data is hidden in what follows */
  masked: boolean
  /** what to do; null when it is done */
  advice: Advice | null
  /** the posted bytes as text */
  original: string
  /** what is delivered: as accepted, or as last corrected */
  canonical: unknown
  /** what would be sent now, or the reason why nothing can be; null when the files have no mapping for it */
  mapped: unknown
  attempts: AttemptView[]
  corrections: (Omit<CorrectionView, 'canonical_digest'> & { digest: string })[]
}

type Parts = { database: Database; registry: Registry }

/** The dossier of a delivery, as anybody may see it; undefined when there is none. */
export async function inspectDelivery(parts: Parts, target: Target): Promise<DeliveryDossier | undefined> {
  const found = await dossierOf(parts, target)
  return found && maskDossier(found.dossier, await privateIn(parts.registry, found.effective))
}

/** The dossier with what is personal in it, for somebody who says why. Who looked is proved like everything else. */
export async function revealDelivery(
  parts: Parts,
  target: Target,
  actor: Actor,
): Promise<DeliveryDossier | undefined> {
  const found = await dossierOf(parts, target)
  if (!found) return undefined
  const { message, step } = target
  await parts.database.transaction((query) =>
    recordAction(query, newAction({ ...actor, action: 'reveal', message, step })),
  )
  return found.dossier
}

function maskDossier(dossier: DeliveryDossier, hidden: Private): DeliveryDossier {
  const { reason, original, canonical, mapped, attempts } = dossier
  // the platform's own names are not the canonical ones: what is personal there is known by its value
  const byValue = { ...hidden, personal: [] }
  return {
    ...dossier,
    masked: true,
    reason: maskReason(reason, hidden),
    original: maskReason(original, hidden),
    canonical: maskDocument(canonical, hidden),
    mapped: maskDocument(mapped, byValue),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      reply: maskReason(attempt.reply, hidden),
      reason: maskReason(attempt.reason, hidden),
    })),
  }
}

async function dossierOf(
  { database, registry }: Parts,
  { message, step }: Target,
): Promise<{ dossier: DeliveryDossier; effective: Effective & { type: string } } | undefined> {
  const { query } = database
  const stored = isId(message) ? await loadMessage(query, message) : undefined
  const view = stored && (await viewMessage(query, message))
  const delivery = view?.deliveries.find((d) => d.step === step)
  const effective = delivery && (await effectiveOf(query, message, step))
  if (!stored || !delivery || !effective) return undefined
  const canonical = JSON.parse(effective.canonical) as Record<string, unknown>
  const { source, type, accepted_at: acceptedAt } = stored
  const origin = { message, acceptedAt, now: new Date(), source, type, key: delivery.key }
  // files that are lost are told, and hide nothing else
  const bundle = await registry.pinned(effective.bundle).catch(() => undefined)
  const mapped =
    bundle && (await mapDocument(bundle, step, canonical, origin, await resultsOf(query, message)))
  const attempts = await attemptsOf(query, message, step)
  const dossier: DeliveryDossier = {
    message,
    step,
    system: delivery.system,
    state: delivery.state,
    reason: delivery.reason,
    masked: false,
    advice: adviceFor(delivery.state, attempts.at(-1), mapped !== undefined) ?? null,
    original: originalText(stored.payload),
    canonical,
    mapped: mapped === undefined ? null : mapped.ok ? mapped.value : { refused: mapped.issues },
    attempts,
    corrections: (await correctionsOf(query, message, step)).map(({ canonical_digest, ...row }) => ({
      ...row,
      digest: canonical_digest.toString('hex'),
    })),
  }
  return { dossier, effective: { ...effective, type } }
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
