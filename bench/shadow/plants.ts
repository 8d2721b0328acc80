// Differences planted into copies of the shipped files, one of each kind, and how many findings each must give: counted
// from what the generator of messages meant, not from what any mapping gave.
import type { Message } from '../../sandbox/department/message.ts'
import type { Entry } from '../../sandbox/department/record.ts'
import type { Edit } from './edits.ts'

/** `mapping field kind rule`, as a report has it, and how many one record gives. */
export type Found = readonly [finding: string, times: number]

/** The record, the body it came in, and whether it was accepted under the newer of both sets of files. */
export type Context = { entry: Entry; message: Message; isNewer: boolean }

export type Plant = {
  title: string
  edits: readonly Edit[]
  /** what a record must show; empty for a change that changes nothing */
  finds: (context: Context) => readonly Found[]
}

/**
 * Files of the first messages: one schema refuses what the candidate lets pass, one step is only for some, and one value
 * is the clock's.
 */
export const older: readonly Edit[] = [
  { file: 'province/special.yaml', from: 'Cd_time: { meta: acceptedAt }', to: 'Cd_time: { meta: now }' },
  {
    file: 'flows/case.process.yaml',
    from: 'system: province-feed, operation: process, mapping: province/process }',
    to: 'system: province-feed, operation: process, mapping: province/process, when: { eventName: "1" } }',
  },
  {
    file: 'schemas/review/service.yaml',
    from: 'rules:\n',
    to: 'rules:\n  - { check: { proChannel: "2" }, path: proChannel, zh: 只收窗口, en: only the hall }\n',
  },
]

const source: Edit = {
  file: 'elicence/directory.yaml',
  from: 'data_source: { const: p51 }',
  to: 'data_source: { const: p52 }',
}

/** Files of the later messages: the licence source is already what the candidate makes it. */
export const newer: readonly Edit[] = [...older, source]

const isFull = (entry: Entry): boolean => entry.kind === 'material' && entry.copies > 2
const isOther = (entry: Entry): boolean => entry.kind === 'process' && entry.action === 'other'
const isEven = ([, certificate]: readonly [string, string]): boolean => /[02468]$/.test(certificate)
const none: readonly Found[] = []
/** Records for the province go out twice: pushed, and into the feed. */
const twice = (isHit: boolean, finding: string): readonly Found[] => (isHit ? [[finding, 2]] : none)
const once = (isHit: boolean, finding: string): readonly Found[] => (isHit ? [[finding, 1]] : none)

export const plants: readonly Plant[] = [
  {
    title: 'changed value',
    edits: [
      {
        file: 'province/material.yaml',
        from: 'GetNum: { text: quantity }',
        to: 'GetNum: { text: { number: quantity, multiply: 2 } }',
      },
    ],
    finds: ({ entry }) => twice(entry.kind === 'material', 'province/material GetNum changed '),
  },
  {
    title: 'dropped field',
    edits: [{ file: 'province/accept.yaml', from: '  Address: applicant.address\n', to: '' }],
    finds: ({ entry }) =>
      twice(
        entry.kind === 'acceptance' && entry.case.applicant.kind === 'company',
        'province/accept Address removed ',
      ),
  },
  {
    title: 'added field, step dropped',
    edits: [
      { file: 'province/special.yaml', from: 'Cd_time: { meta: acceptedAt }', to: 'Cd_time: { meta: now }' },
      { file: 'province/special.yaml', from: 'Remark: remark', to: 'Remark: { const: 特别程序 }' },
      {
        file: 'flows/case.special.yaml',
        from: '  - { step: feed, system: province-feed, operation: special, mapping: province/special }\n',
        to: '',
      },
    ],
    finds: ({ entry }) => [
      ...once(entry.kind === 'special', 'province/special Remark added '),
      ...once(entry.kind === 'special', 'province/special (step) removed '),
    ],
  },
  {
    title: 'step no longer under a condition',
    edits: [],
    finds: ({ entry }) => once(isOther(entry), 'province/process (step) added '),
  },
  {
    title: 'changed code map',
    edits: [{ file: 'codes/gb-satisfaction.yaml', from: '"5": "1"', to: '"5": "2"' }],
    finds: ({ entry }) =>
      twice(entry.kind === 'completion' && entry.satisfaction === 5, 'province/result Satisfaction changed '),
  },
  {
    title: 'changed only under a condition',
    edits: [
      {
        file: 'province/accept.yaml',
        from: 'AcceptDocNo: acceptDocNo',
        to: 'AcceptDocNo: { when: { applyType: "1" }, then: { const: 窗口 }, else: acceptDocNo }',
      },
    ],
    finds: ({ entry }) =>
      twice(entry.kind === 'acceptance' && entry.channel === 1, 'province/accept AcceptDocNo changed '),
  },
  {
    title: 'changed for the older files only',
    edits: [source],
    finds: ({ entry, isNewer }) =>
      once(
        !isNewer &&
          (entry.kind === 'licence' || (entry.kind === 'completion' && entry.licence !== undefined)),
        'elicence/directory data_source changed ',
      ),
  },
  {
    title: 'newly refused',
    edits: [
      {
        file: 'schemas/province/process.yaml',
        from: 'fields:\n',
        to: 'rules: [{ check: { EventName: "1" }, path: EventName, zh: 只收通过, en: only passes }]\nfields:\n',
      },
    ],
    // pushed only: the feed had none of these
    finds: ({ entry }) => once(isOther(entry), 'province/process EventName refused rule'),
  },
  {
    title: 'refused before',
    edits: [],
    finds: ({ entry }) =>
      once(
        entry.kind === 'acceptance' && (entry.channel === 2 || entry.channel === 3),
        'review/service-accepted proChannel allowed rule',
      ),
  },
  {
    title: 'intake: dropped field',
    edits: [{ file: 'housing/completion.yaml', from: '  resultExplain: decision.explanation\n', to: '' }],
    finds: ({ entry, message }) =>
      once(
        message.department === 'housing' && entry.kind === 'completion',
        'housing/completion resultExplain removed ',
      ),
  },
  {
    title: 'intake: changed value',
    edits: [
      { file: 'social/acceptance.yaml', from: 'summary: bjzy', to: 'summary: { template: "{bjzy}。" }' },
    ],
    finds: ({ entry, message }) =>
      once(
        message.department === 'social' && entry.kind === 'acceptance',
        'social/acceptance summary changed ',
      ),
  },
  {
    title: 'intake: every nested row',
    edits: [
      {
        file: 'housing/inspection.yaml',
        from: 'certificateNo: certificate }',
        to: 'certificateNo: { text: { template: "{certificate}-51" }, limit: 50 } }',
      },
    ],
    finds: ({ entry, message }) =>
      once(
        message.department === 'housing' && entry.kind === 'inspection',
        'housing/inspection inspectors[*].certificateNo changed ',
      ),
  },
  {
    title: 'intake: some nested rows',
    edits: [
      {
        file: 'market/inspection.yaml',
        from: 'certificateNo: CERT_NO }',
        to: 'certificateNo: { when: { CERT_NO: { matches: "[02468]$" } }, then: { const: even }, else: CERT_NO } }',
      },
    ],
    finds: ({ entry, message }) =>
      once(
        message.department === 'market' && entry.kind === 'inspection' && entry.inspectors.some(isEven),
        'market/inspection inspectors[*].certificateNo changed ',
      ),
  },
  {
    title: 'intake: newly refused, alone and with its body',
    edits: [
      {
        file: 'canonical/case.material.yaml',
        from: 'fields:\n',
        to: 'rules: [{ check: { quantity: { lte: 2 } }, path: quantity, zh: 至多两份, en: two at most }]\nfields:\n',
      },
    ],
    finds: ({ entry, message: { department, entries } }) => {
      if (entry.kind !== 'material') return none
      if (!isFull(entry)) return once(entries.some(isFull), `${department}/material (message) refused post`)
      const field = { housing: 'material.copies', social: 'clfs', market: 'rows[*].GET_NUM' }[department]
      return [[`${department}/material ${field} refused rule`, 1]]
    },
  },
  {
    title: 'another writing of the same',
    edits: [
      {
        file: 'housing/process.yaml',
        from: 'caseNo: applicationNo',
        to: 'caseNo: { path: "applicationNo" } # 同',
      },
      { file: 'social/process.yaml', from: 'explain: blyj', to: '"explain": { first: [blyj] }' },
      {
        file: 'review/evaluate.yaml',
        from: '  writingEvaluation: text\n  assessTime: assessedAt\n',
        to: '  assessTime: { when: { assessedAt: { exists: true } }, then: assessedAt }\n  writingEvaluation: text\n',
      },
    ],
    finds: () => none,
  },
]
