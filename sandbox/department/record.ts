// What happened in a department, before any department's own way of writing it down.
// One neutral record becomes one message; the dress (housing, social, market) comes later.
import type { Moment } from './calendar.ts'
import type { Item, Matter } from './catalog.ts'
import type { Applicant, Person } from './people.ts'

/** A case as every one of its records knows it. */
export type Case = {
  /** `<area6>-<yyyyMMdd>-<seq6>` */
  no: string
  area: string
  item: Item
  applicant: Applicant
  agent?: Person
  appliedAt: Moment
  acceptedAt: Moment
  officer: string
}

export type Acceptance = {
  kind: 'acceptance'
  case: Case
  /** 1 window, 2 web, 3 mobile, 4 courier (GB/T 39046 A.5). */
  channel: 1 | 2 | 3 | 4
  documentNo: string
  promisedAt: Moment
}
export type Process = {
  kind: 'process'
  case: Case
  id: string
  step: string
  action: 'pass' | 'other'
  officer: string
  opinion: string
  startAt: Moment
  endAt: Moment
}
export type Special = {
  kind: 'special'
  case: Case
  id: string
  sort: 'extension' | 'other'
  name: string
  reason: string
  startAt: Moment
  endAt: Moment
  result: string
  officer: string
}
export type Material = {
  kind: 'material'
  case: Case
  id: string
  name: string
  way: 'paper' | 'upload' | 'licence'
  copies: number
  file?: string
}
/** Face of a licence; the hub gives it its identifier. */
export type Licence = {
  item: Item
  number: string
  /** 001 at first issue. */
  version: string
  holder: Applicant
  issuedAt: Moment
  /** Absent = long term. */
  until?: Moment
  area: string
}
export type Completion = {
  kind: 'completion'
  case: Case
  officer: string
  completedAt: Moment
  result: 'approved' | 'refused'
  explanation: string
  courier: boolean
  licence?: Licence
  /** 5 = best, as said at the counter; often not asked. */
  satisfaction?: number
}
/** A licence outside a case, such as a reissue from the archive. */
export type LicenceIssue = { kind: 'licence'; licence: Licence }
export type Review = {
  kind: 'review'
  case: Case
  /** Service round the review is about: 1 acceptance, 2 completion. */
  round: 1 | 2
  /** 1 the first review of the case, 2 = 追评. */
  times: number
  /** 1–4: PC, mobile, QR code, tablet in the hall. */
  channel: 1 | 2 | 3 | 4
  /** 5 = best. */
  satisfaction: number
  /** Three-digit codes; the first digit of each = satisfaction. */
  details: readonly string[]
  text?: string
  reviewedAt: Moment
}
export type Inspection = {
  kind: 'inspection'
  no: string
  matter: Matter
  subject: Applicant & { kind: 'company' }
  area: string
  /** 1 drawn at random, 2 routine, 3 special. */
  form: 1 | 2 | 3
  /** By plan (定期) or not. */
  planned: boolean
  onSite: boolean
  /** 1 nothing found, 2 found and ordered to mend. */
  result: 1 | 2
  finding: string
  checkedAt: Moment
  inspectors: readonly (readonly [name: string, certificate: string])[]
}

/** Anything a department sends. */
export type Entry =
  | Acceptance
  | Process
  | Special
  | Material
  | Completion
  | LicenceIssue
  | Review
  | Inspection
/** The eight messages every department has. */
export type Kind = Entry['kind']

/** The eight kinds in the order of a case's life. */
export const kinds = [
  'acceptance',
  'process',
  'special',
  'material',
  'completion',
  'licence',
  'review',
  'inspection',
] as const satisfies readonly Kind[]
