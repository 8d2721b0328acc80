// An operator's action as it is recorded: with an id, and with the tree that proves it.
import { actionLeaf } from '../evidence/attempt.ts'
import { growTree } from '../evidence/merkle.ts'
import { dayOf, newId } from '../id.ts'
import type { Action, ActionEvidence, Deed } from '../ledger/audit.ts'

/** Who acts, and why. */
export type Actor = { operator: string; reason: string }

/** A new action in a tree of its own. */
export function newAction(deed: Omit<Deed, 'id'>): Action {
  const named = { id: newId(), ...deed }
  return { ...named, evidence: proveActions([named]) }
}

/** The tree of actions (at least one), in the order of their ids. */
export function proveActions(deeds: readonly Deed[]): ActionEvidence {
  const id = newId()
  return { id, day: dayOf(id), root: growTree(deeds.map(actionLeaf)).root }
}
