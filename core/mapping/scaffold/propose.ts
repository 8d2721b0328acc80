// From a draft and a target to pairs: finds the list that holds the records, pairs the ends, and the members of lists.
import type { Field } from '../schema/field.ts'
import type { Draft, DraftField } from './draft.ts'
import { type Source, sourceLeaves, targetLeaves } from './leaf.ts'
import { type Match, match } from './match.ts'

/** A pair, with the pairs of its members when both ends are lists of objects. */
export type Row = Match & { members: readonly Match[] | undefined }

export type Proposal = {
  /** path of the list whose elements are the records; `$` when the document is that list */
  split: string | undefined
  rows: readonly Row[]
  /** sources that no line uses */
  unused: readonly Source[]
}

/** Pairs every end of the target. */
export function propose(draft: Draft, target: readonly Field[]): Proposal {
  const targets = targetLeaves(target)
  const list = draft.isList
    ? undefined
    : findRecords(
        draft.fields,
        targets.some(({ type }) => type.kind === 'list'),
      )
  const sources = sourceLeaves(list?.fields ?? draft.fields)
  const rows = match(sources, targets).map((row): Row => ({ ...row, members: membersOf(row) }))
  const used = new Set(rows.map(({ chosen }) => chosen?.source))
  const split = draft.isList ? '$' : list?.path
  return { split, rows, unused: sources.filter((source) => !used.has(source)) }
}

function membersOf({ chosen, target }: Match): Match[] | undefined {
  const from = chosen?.source.field.fields
  const to = target.field.fields
  if (chosen?.source.type.kind !== 'list' || target.type.kind !== 'list') return undefined
  if (from === undefined || to === undefined) return undefined
  return match(sourceLeaves(from), targetLeaves(to))
}

type Found = { path: string; fields: DraftField[] }

/** The list that holds most of the document's ends: a batch. Where the target itself has a list, more must speak for it. */
function findRecords(fields: readonly DraftField[], targetHasList: boolean): Found | undefined {
  const lists = [...listsOf(fields, '')]
  if (lists.length !== 1) return undefined
  const [list] = lists
  if (list === undefined) return undefined
  const inside = sourceLeaves(list.fields).length
  const outside = sourceLeaves(fields).length - 1
  return inside > outside * (targetHasList ? 3 : 1.5) ? list : undefined
}

/** Lists of objects outside other lists. */
function* listsOf(fields: readonly DraftField[], prefix: string): Generator<Found> {
  for (const field of fields) {
    const path = `${prefix}${field.name}`
    if (field.type.kind === 'list' && field.fields !== undefined) yield { path, fields: field.fields }
    else if (field.type.kind === 'object' && field.fields !== undefined)
      yield* listsOf(field.fields, `${path}.`)
  }
}
