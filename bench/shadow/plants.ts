// Differences planted into copies of the shipped files, one of each kind, and how many of each a shadow run must find:
// counted from what the generator meant, not from what any mapping gave.
import type { Files } from '../../core/flow/bundle.ts'
import type { ShadowReport } from '../../core/flow/shadow.ts'
import type { Message } from '../../sandbox/department/message.ts'
import type { Entry } from '../../sandbox/department/record.ts'

type Edit = { file: string; from: string; to: string }

// a value of the clock must give no difference, and one schema refuses what the candidate lets pass
const before: readonly Edit[] = [
  { file: 'province/special.yaml', from: 'Cd_time: { meta: acceptedAt }', to: 'Cd_time: { meta: now }' },
  {
    file: 'schemas/review/service.yaml',
    from: 'rules:\n',
    to: 'rules:\n  - { check: { proChannel: "2" }, path: proChannel, zh: 只收窗口, en: only the hall }\n',
  },
]

const after: readonly Edit[] = [
  { file: 'province/special.yaml', from: 'Cd_time: { meta: acceptedAt }', to: 'Cd_time: { meta: now }' },
  { file: 'province/special.yaml', from: 'Remark: remark', to: 'Remark: { const: 特别程序 }' },
  { file: 'province/accept.yaml', from: '  Address: applicant.address\n', to: '' },
  {
    file: 'province/material.yaml',
    from: 'GetNum: { text: quantity }',
    to: 'GetNum: { text: { number: quantity, multiply: 2 } }',
  },
  {
    file: 'schemas/province/process.yaml',
    from: 'fields:\n',
    to: 'rules: [{ check: { EventName: "1" }, path: EventName, zh: 只收通过, en: only passes }]\nfields:\n',
  },
  { file: 'codes/gb-satisfaction.yaml', from: '"5": "1"', to: '"5": "2"' },
  { file: 'elicence/directory.yaml', from: 'data_source: { const: p51 }', to: 'data_source: { const: p52 }' },
  {
    file: 'flows/case.special.yaml',
    from: '  - { step: feed, system: province-feed, operation: special, mapping: province/special }\n',
    to: '',
  },
  {
    file: 'flows/inspection.done.yaml',
    from: 'mapping: supervision/check-action }',
    to: 'mapping: supervision/check-action }\n  - { step: again, system: supervision, operation: check, mapping: supervision/check-action, when: { result: "2" } }',
  },
  { file: 'housing/completion.yaml', from: '  resultExplain: decision.explanation\n', to: '' },
  { file: 'social/acceptance.yaml', from: 'summary: bjzy', to: 'summary: { template: "{bjzy}。" }' },
  {
    file: 'canonical/case.material.yaml',
    from: 'fields:\n',
    to: 'rules: [{ check: { quantity: { lte: 2 } }, path: quantity, zh: 至多两份, en: two at most }]\nfields:\n',
  },
]

function edit(files: Files, edits: readonly Edit[]): Files {
  const copy: Record<string, string> = { ...files }
  for (const { file, from, to } of edits) {
    const text = copy[file] ?? ''
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" to plant at`)
    copy[file] = text.replace(from, () => to)
  }
  return copy
}

/** The files messages are accepted under. */
export const plantBefore = (files: Files): Files => edit(files, before)
/** The candidate files. */
export const plantAfter = (files: Files): Files => edit(files, after)

/** Counts by `mapping field kind rule`. */
export type Counts = Record<string, number>

/** Adds what a body must show to the counts. */
export function expectFrom(counts: Counts, { department, entries }: Message): void {
  const add = (name: string, times = 1): void => {
    counts[name] = (counts[name] ?? 0) + times
  }
  const isFull = (entry: Entry): boolean => entry.kind === 'material' && entry.copies > 2
  for (const entry of entries) {
    if (entry.kind === 'material' && isFull(entry)) {
      const field = { housing: 'material.copies', social: 'clfs', market: 'rows[*].GET_NUM' }[department]
      add(`${department}/material ${field} refused rule`)
    } else if (entries.some(isFull)) add(`${department}/material (message) refused post`)
    for (const [name, times] of deliveryPlants(entry)) add(name, times)
    if (department === 'housing' && entry.kind === 'completion')
      add('housing/completion resultExplain removed ')
    if (department === 'social' && entry.kind === 'acceptance') add('social/acceptance summary changed ')
  }
}

/** Province records go out twice: pushed, and into the feed. */
function deliveryPlants(entry: Entry): [string, number][] {
  switch (entry.kind) {
    case 'acceptance':
      return [
        ...(entry.case.applicant.kind === 'company'
          ? [['province/accept Address removed ', 2] as [string, number]]
          : []),
        ...(isOnline(entry.channel)
          ? [['review/service-accepted proChannel allowed rule', 1] as [string, number]]
          : []),
      ]
    case 'material':
      return [['province/material GetNum changed ', 2]]
    case 'process':
      return entry.action === 'other' ? [['province/process EventName refused rule', 2]] : []
    case 'special':
      return [
        ['province/special Remark added ', 1],
        ['province/special (step) removed ', 1],
      ]
    case 'completion':
      return [
        ...(entry.satisfaction === 5
          ? [['province/result Satisfaction changed ', 2] as [string, number]]
          : []),
        ...(entry.licence ? [['elicence/directory data_source changed ', 1] as [string, number]] : []),
      ]
    case 'licence':
      return [['elicence/directory data_source changed ', 1]]
    case 'inspection':
      return entry.result === 2 ? [['supervision/check-action (step) added ', 1]] : []
    case 'review':
      return []
  }
}

const isOnline = (channel: number): boolean => channel === 2 || channel === 3

/** What a report found, in the same form. */
export function countsOf(report: ShadowReport): Counts {
  return Object.fromEntries(
    report.mappings.flatMap(({ mapping, fields }) =>
      fields.map(({ field, kind, rule, count }) => [`${mapping} ${field} ${kind} ${rule ?? ''}`, count]),
    ),
  )
}
