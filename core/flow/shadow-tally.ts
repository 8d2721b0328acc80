// Counts differences by mapping, field and kind, and keeps a few masked samples of each; its size never depends on
// how many messages there are.
import { compareTexts } from '../compare.ts'
import { classOf, type KnownValue, maskText, maskValue } from '../mapping/mask.ts'
import { scalarText } from '../mapping/run.ts'
import type { PersonalPath } from '../mapping/schema/schema.ts'

/** `refused`: it went out, and would be refused; `allowed`: it was refused, and would go out. */
export type ShadowKind = 'added' | 'removed' | 'changed' | 'refused' | 'allowed'

/** What one document would show otherwise. `rule`, `zh`, `en` only with refused and allowed. */
export type Finding = {
  field: string
  kind: ShadowKind
  rule?: string
  zh?: string
  en?: string
  before?: unknown
  after?: unknown
}

/** One message in which it shows; values are masked. */
export type ShadowSample = { message: string; step?: string; before?: string; after?: string }

/** One difference: in how many documents, which share of those compared, and where to look. */
export type ShadowField = {
  field: string
  kind: ShadowKind
  rule?: string
  zh?: string
  en?: string
  count: number
  share: number
  samples: ShadowSample[]
}

/** `unchanged`: documents of the mapping that were not run, because all its files are the same. */
export type ShadowMapping = {
  mapping: string
  direction: 'intake' | 'delivery'
  documents: number
  different: number
  unchanged: number
  fields: ShadowField[]
}

/** How to hide personal data of one document; asked only when a sample is kept. */
export type Privacy = () => { personal: readonly PersonalPath[]; known: readonly KnownValue[] }

export type Tally = {
  /** one document that was compared; no findings: it is the same */
  add(
    target: Pick<ShadowMapping, 'mapping' | 'direction'>,
    where: Pick<ShadowSample, 'message' | 'step'>,
    findings: readonly Finding[],
    privacy: Privacy,
  ): void
  /** one document whose mapping has not changed */
  skip(target: Pick<ShadowMapping, 'mapping' | 'direction'>): void
  /** everything so far, most frequent first */
  mappings(): ShadowMapping[]
}

const samples = 3
// names that come from the data itself must not fill the memory; what is beyond goes into one field
const fieldLimit = 1_000
const shown = 80

type Row = Omit<ShadowMapping, 'fields'> & { fields: Map<string, ShadowField> }

/** An empty tally. */
export function createTally(): Tally {
  const rows = new Map<string, Row>()
  const rowOf = ({ mapping, direction }: Pick<ShadowMapping, 'mapping' | 'direction'>): Row => {
    let row = rows.get(mapping)
    if (!row) {
      row = { mapping, direction, documents: 0, different: 0, unchanged: 0, fields: new Map() }
      rows.set(mapping, row)
    }
    return row
  }
  return {
    add: (target, where, findings, privacy) => {
      const row = rowOf(target)
      row.documents++
      if (findings.length > 0) row.different++
      for (const finding of findings) note(row, finding, where, privacy)
    },
    skip: (target) => {
      rowOf(target).unchanged++
    },
    mappings: () => [...rows.values()].map(finish).sort((a, b) => compareTexts(a.mapping, b.mapping)),
  }
}

function finish({ fields, ...row }: Row): ShadowMapping {
  const list = [...fields.values()].map((field) => ({ ...field, share: field.count / row.documents }))
  return { ...row, fields: list.sort((a, b) => b.count - a.count || compareTexts(a.field, b.field)) }
}

function note(
  row: Row,
  finding: Finding,
  where: Pick<ShadowSample, 'message' | 'step'>,
  privacy: Privacy,
): void {
  const { kind, rule } = finding
  const isFull = row.fields.size >= fieldLimit && !row.fields.has(nameOf(finding))
  const field = isFull ? '(other)' : finding.field
  const name = nameOf({ field, kind, ...(rule === undefined ? {} : { rule }) })
  let group = row.fields.get(name)
  if (!group) {
    const { zh, en } = finding
    const told = {
      ...(rule === undefined ? {} : { rule }),
      ...(zh === undefined ? {} : { zh }),
      ...(en === undefined ? {} : { en }),
    }
    group = { field, kind, ...told, count: 0, share: 0, samples: [] }
    row.fields.set(name, group)
  }
  group.count++
  // a message that goes to two systems is one sample
  const isNew = group.samples.at(-1)?.message !== where.message
  if (isNew && group.samples.length < samples) group.samples.push(sampleOf(finding, where, privacy))
}

const nameOf = ({ field, kind, rule }: Pick<Finding, 'field' | 'kind' | 'rule'>): string =>
  `${field} ${kind} ${rule ?? ''}`

function sampleOf(
  { field, before, after }: Finding,
  where: Pick<ShadowSample, 'message' | 'step'>,
  privacy: Privacy,
): ShadowSample {
  const { personal, known } = privacy()
  const kind = classOf(field, personal)
  const show = (value: unknown): string => {
    const text = scalarText(value) ?? JSON.stringify(value)
    const masked = kind === undefined ? maskText(text, known) : maskValue(text, kind)
    return masked.length > shown ? `${masked.slice(0, shown)}…` : masked
  }
  return {
    ...where,
    ...(before === undefined ? {} : { before: show(before) }),
    ...(after === undefined ? {} : { after: show(after) }),
  }
}
