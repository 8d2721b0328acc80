// Corrections of dead deliveries: what one would change, shown before it is made; and making it, with a replay.
import { QiaoError } from '../errors.ts'
import { sm3 } from '../evidence/merkle.ts'
import { isId } from '../id.ts'
import { type OpenDelivery, openDeliveries, saveCorrection } from '../ledger/correction.ts'
import type { Database } from '../ledger/database.ts'
import { type Evidenced, loadMessage, resultsOf, viewMessage } from '../ledger/message.ts'
import { type Actor, newAction } from './action.ts'
import { correctForm } from './corrected.ts'
import { type CorrectionPreview, previewCorrection } from './correction-preview.ts'
import { keepsPlace } from './order.ts'
import type { Wake } from './queue.ts'
import type { Loaded, Registry } from './registry.ts'
import type { Target } from './resolve.ts'

/** What an operator wants. */
export type Wish = {
  /** laid over what goes by now (RFC 7386); empty when only the files change */
  patch: Readonly<Record<string, unknown>>
  /** `current`: by the files in use from now on, when a mapping was wrong and has been mended */
  bundle: 'pinned' | 'current'
  /** also for the other open deliveries of the message */
  everyStep: boolean
  /** SM3 (hex) of the form the operator saw; refused when it was corrected meanwhile */
  base?: string | undefined
}

/** A correction as it would be made. */
type Draft = {
  stored: Evidenced
  own: OpenDelivery
  /** the deliveries it is for */
  open: readonly OpenDelivery[]
  bundle: Loaded
  canonical: string
  preview: CorrectionPreview
}

type Parts = { database: Database; registry: Registry }

/**
 * What a correction would change, with personal data masked; changes nothing.
 * @throws QiaoError request.not-found, ops.state, ops.files, message.invalid
 */
export async function previewOf(parts: Parts, target: Target, wish: Wish): Promise<CorrectionPreview> {
  return (await draft(parts, target, wish)).preview
}

/**
 * Makes a correction and replays what was dead from its place.
 * @throws QiaoError as previewOf; also message.invalid when the platform's form is refused still, and ops.request when
 * nothing would change
 */
export async function correctDelivery(
  parts: Parts,
  { message, step }: Target,
  wish: Wish,
  actor: Actor,
): Promise<{ id: string; preview: CorrectionPreview; lanes: Wake[] }> {
  const { own, bundle, canonical, preview } = await draft(parts, { message, step }, wish)
  if (canonical === own.canonical && bundle.id === own.bundle) throw unchanged()
  for (const { state, mapped } of preview.steps) {
    if (state === 'dead' && mapped.refused.length > 0)
      throw new QiaoError('message.invalid', { issues: mapped.refused })
  }
  const canonicalDigest = sm3(canonical)
  const { everyStep } = wish
  const covered = { canonical: canonicalDigest.toString('hex'), bundle: bundle.id, everyStep }
  const detail = JSON.stringify(covered)
  const action = newAction({ ...actor, action: 'correct', message, step, detail })
  const { correction: base } = own
  const made = { message, step, base, everyStep, canonical, canonicalDigest, bundle: bundle.id }
  const lanes = await saveCorrection(parts.database, { ...action, ...made })
  if (!lanes) throw new QiaoError('ops.state')
  return { id: action.id, preview, lanes: lanes.map(({ system, lane }) => ({ system, lane })) }
}

async function draft({ database, registry }: Parts, { message, step }: Target, wish: Wish): Promise<Draft> {
  const { query } = database
  const stored = isId(message) ? await loadMessage(query, message) : undefined
  const view = stored && (await viewMessage(query, message))
  if (!stored || !view?.deliveries.some((each) => each.step === step))
    throw new QiaoError('request.not-found')
  const all = await openDeliveries(query, message)
  const own = all.find((each) => each.step === step)
  if (own?.state !== 'dead') throw new QiaoError('ops.state')
  if (wish.base !== undefined && wish.base !== own.canonical_digest.toString('hex'))
    throw new QiaoError('ops.state', { detail: 'it was corrected meanwhile' })
  const pinned = await registry.pinned(own.bundle).catch(() => undefined)
  const bundle = wish.bundle === 'current' ? registry.current() : pinned
  const type = bundle?.library.types.get(stored.type)
  if (!bundle || !type) throw new QiaoError('ops.files')
  const open = wish.everyStep ? all : [own]
  // what may have arrived is what was sent: a platform that says it has the record would not mean the corrected one
  const doubtful = open.find(({ doubt }) => doubt !== null)
  if (doubtful) {
    const detail = `step ${doubtful.step} may have arrived: confirm or replay it first`
    throw new QiaoError('ops.state', { detail })
  }
  for (const each of open) {
    if (!keepsPlace(bundle, pinned, { type: stored.type, step: each.step, system: each.system }))
      throw new QiaoError('ops.files', { detail: `step ${each.step}` })
  }
  const base = JSON.parse(own.canonical) as Record<string, unknown>
  const { source, key, deduplication, accepted_at: acceptedAt } = stored
  const value = correctForm(type, base, wish.patch, { key, deduplication, source, acceptedAt })
  const results = await resultsOf(query, message)
  const preview = await previewCorrection(registry, { message, stored, own, open, bundle, value, results })
  // what was not touched keeps its bytes, and with them its digest
  const canonical = preview.canonical.length === 0 ? own.canonical : JSON.stringify(value)
  return { stored, own, open, bundle, canonical, preview }
}

function unchanged(): QiaoError {
  return new QiaoError('ops.request', {
    issues: [
      {
        path: 'patch',
        rule: 'nothing',
        en: 'it changes nothing; use replay',
        zh: '未作任何改变，请直接重发',
      },
    ],
  })
}
