// Rows of the ledger as lines of a proof file.
import { sm3 } from '../evidence/merkle.ts'
import type { Content } from '../evidence/proof-line.ts'
import type { EvidenceRow } from '../ledger/chain.ts'
import type { ActionRow, AttemptRow, DeliveryRow, ReceiptRow } from '../ledger/statements.ts'
import { statementOf } from './restore.ts'

/** Whether a file holds what people wrote, or only its digests. */
export type Extent = { content: boolean }

const kept = <T>({ content }: Extent, value: T): T | null => (content ? value : null)

/** A tree; `path`: its way to the root of its day, in a file of one message. */
export function treeLine(
  { id, kind, size, root, signature, key_id }: EvidenceRow,
  day: string,
  path: string | null,
): Content<'tree'> {
  const signed = signature?.toString('base64') ?? null
  return { id, kind, day, size, root: root.toString('hex'), signature: signed, keyId: key_id, path }
}

/** A message. */
export function receiptLine(row: ReceiptRow, extent: Extent): Content<'receipt'> {
  const { leaf, path, bundle, post, payload, canonical } = row
  return {
    ...statementOf(row),
    index: leaf,
    path,
    bundle,
    post,
    payload: post === null ? kept(extent, payload?.toString('base64') ?? null) : null,
    canonical: kept(extent, canonical),
  }
}

/** The body of several messages. */
export function postLine({ post, payload }: ReceiptRow, extent: Extent): Content<'post'> {
  return { id: post ?? '', payload: kept(extent, payload?.toString('base64') ?? null) }
}

/** An attempt; `path`: in its tree, in a file of one message. */
export function attemptLine(row: AttemptRow, path: string | null, extent: Extent): Content<'attempt'> {
  const { message, step, number, outcome, status, reason, leaf, duration } = row
  return {
    message,
    step,
    number,
    startedAt: row.started_at.toISOString(),
    outcome,
    status,
    requestDigest: row.request_digest?.toString('hex') ?? null,
    reason,
    index: leaf,
    path,
    duration,
    reply: kept(extent, row.reply),
  }
}

/** An operator's action; `path` as of an attempt. */
export function actionLine(row: ActionRow, path: string | null, extent: Extent): Content<'action'> {
  const { id, operator, action, message, step, reason, detail, canonical, bundle } = row
  const correction =
    canonical === null || bundle === null
      ? null
      : {
          step: row.correction_step,
          canonical: kept(extent, canonical),
          canonicalDigest: sm3(canonical).toString('hex'),
          bundle,
        }
  return { id, operator, action, message, step, reason, detail, path, at: row.at.toISOString(), correction }
}

/** A delivery. */
export function deliveryLine(row: DeliveryRow, extent: Extent): Content<'delivery'> {
  const { message, step, seq, system, key, lane, state, attempts, reason, correction, doubt } = row
  return {
    message,
    step,
    seq,
    system,
    key,
    lane,
    state,
    dueAt: row.due_at?.toISOString() ?? null,
    attempts,
    result: kept(extent, row.result),
    reason,
    settledAt: row.settled_at?.toISOString() ?? null,
    correction,
    doubt,
  }
}
