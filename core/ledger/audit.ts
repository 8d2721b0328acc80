// What operators did: the audit rows and their evidence, written in the transaction of the change itself.
import { addEvidence } from './chain.ts'
import type { Query } from './database.ts'

/** What an operator did; `message` and `step` name the delivery it was about, where it was about one. */
export type Deed = {
  id: string
  operator: string
  action:
    | 'skip'
    | 'replay'
    | 'confirm'
    | 'replay-many'
    | 'correct'
    | 'reload'
    | 'export'
    | 'import'
    | 'archive'
    | 'seal'
    | 'purge'
    | 'restore'
    | 'reconcile'
    | 'resend'
    | 'supplement'
    | 'reveal'
    | 'retire-key'
  message: string | null
  step: string | null
  reason: string
  /** JSON: what else the action's leaf covers */
  detail?: string | null
}

/** The tree of actions; `day` in Asia/Shanghai. */
export type ActionEvidence = { id: string; day: string; root: Buffer }

/** An action with the tree it stands in alone. */
export type Action = Deed & { evidence: ActionEvidence }

/** Writes an action and its evidence. */
export async function recordAction(query: Query, action: Action): Promise<void> {
  await recordActions(query, [action], action.evidence)
}

/** Writes actions that share a tree; their leaves stand in the order of their ids. */
export async function recordActions(
  query: Query,
  deeds: readonly Deed[],
  evidence: ActionEvidence,
): Promise<void> {
  await addEvidence(query, {
    ...evidence,
    kind: 'actions',
    size: deeds.length,
    signature: null,
    key_id: null,
  })
  await query(
    `INSERT INTO audit (id, operator, action, message, step, reason, detail, evidence)
     SELECT *, $8::uuid FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[])`,
    [
      deeds.map((deed) => deed.id),
      deeds.map((deed) => deed.operator),
      deeds.map((deed) => deed.action),
      deeds.map((deed) => deed.message),
      deeds.map((deed) => deed.step),
      deeds.map((deed) => deed.reason),
      deeds.map((deed) => deed.detail ?? null),
      evidence.id,
    ],
  )
}
