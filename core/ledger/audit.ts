// What operators did: the audit row and its evidence, written in the transaction of the change itself.
import type { Query } from './database.ts'

/** An operator's action; `message` and `step` name the delivery it was about, where it was about one. */
export type Action = {
  id: string
  operator: string
  action: 'skip' | 'replay' | 'reload'
  message: string | null
  step: string | null
  reason: string
  /** the tree of this one action; `day` in Asia/Shanghai */
  evidence: { id: string; day: string; root: Buffer }
}

/** Writes the action and its evidence. */
export async function recordAction(query: Query, action: Action): Promise<void> {
  const { evidence } = action
  await query(`INSERT INTO evidence (id, kind, day, size, root) VALUES ($1, 'actions', $2, 1, $3)`, [
    evidence.id,
    evidence.day,
    evidence.root,
  ])
  await query(
    `INSERT INTO audit (id, operator, action, message, step, reason, evidence) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [action.id, action.operator, action.action, action.message, action.step, action.reason, evidence.id],
  )
}
