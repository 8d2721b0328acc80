// The conversion as a careful programmer writes it by hand, for one platform, with nothing general in it. It does what
// the mapping does: absent and empty values are left out, unknown codes and days that do not exist are refused.

type Person = {
  type: string
  name: string
  certType: string
  certNo: string
  mobile?: string
  address?: string
}
type Material = { code: string; name: string; form: string; copies: number; receivedAt?: string }
type Step = { kind: string; name: string; handler: string; at: string; passed: boolean }

/** The part of a canonical case that the conversion reads. */
export type Case = {
  caseNo: string
  item: { catalogCode: string; taskCode: string; name: string; version: number; type: string }
  applicant: Person
  agent?: Person
  office: { name: string; code: string; areaCode: string; handler: string }
  appliedAt: string
  acceptedAt: string
  promisedAt?: string
  promiseDays?: number
  channel: string
  fee: { amount: string; paid: boolean }
  delivery: { kind: string; no?: string }
  materials?: Material[]
  steps?: Step[]
}

const itemTypes = new Map([
  ['1', '即办'],
  ['2', '承诺'],
])
const applicantTypes = new Map([
  ['1', 'P'],
  ['2', 'E'],
])
const certificates = new Map([
  ['111', '10'],
  ['414', '14'],
  ['001', '50'],
])
const channels = new Map([
  ['1', 'WINDOW'],
  ['2', 'WEB'],
  ['3', 'APP'],
])
const forms = new Map([
  ['1', 'Y'],
  ['2', 'F'],
  ['3', 'D'],
])

type Target = Record<string, unknown>

/** Refused: the path of the target that cannot be filled. */
export class HandError extends Error {}

/** The conversion asked for no value here. */
function isAbsent(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === ''
}

function translate(table: ReadonlyMap<string, string>, value: string, path: string): string {
  const result = table.get(value)
  if (result === undefined) throw new HandError(path)
  return result
}

const layout = /^(\d{4})-(\d\d)-(\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The text, when it is `yyyy-MM-dd HH:mm:ss` of a day that exists. */
function moment(text: string, path: string): string {
  const match = layout.exec(text)
  if (match === null) throw new HandError(path)
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const last = month === 2 && !isLeap ? 28 : (lengths[month - 1] ?? 0)
  if (year < 1000 || day < 1 || day > last) throw new HandError(path)
  return text
}

/** `yyyyMMdd` */
function compactDay(text: string): string {
  return text.slice(0, 4) + text.slice(5, 7) + text.slice(8, 10)
}

/** `yyyyMMddHHmmss` */
function compact(text: string): string {
  return compactDay(text) + text.slice(11, 13) + text.slice(14, 16) + text.slice(17)
}

/** Converts one case. @throws HandError */
export function convertByHand(source: Case, acceptedAt: string): Target {
  const { item, applicant, agent, office, fee, delivery } = source
  const target: Target = {}
  if (!isAbsent(source.caseNo)) target.ProjectNo = source.caseNo
  if (!isAbsent(item.catalogCode)) target.CatalogCode = item.catalogCode
  if (!isAbsent(item.taskCode)) target.TaskCode = item.taskCode
  if (!isAbsent(item.name)) target.TaskName = item.name
  if (!isAbsent(item.version)) target.TaskVersion = item.version
  if (!isAbsent(item.type)) target.TaskType = translate(itemTypes, item.type, 'TaskType')
  target.Applicant = convertApplicant(applicant)
  if (agent !== undefined) target.Agent = convertAgent(agent)
  const mobile = agent === undefined || isAbsent(agent.mobile) ? applicant.mobile : agent.mobile
  if (!isAbsent(mobile)) target.ContactMobile = mobile
  target.Office = convertOffice(office)
  if (!isAbsent(office.handler)) target.HandleUserName = office.handler
  if (!isAbsent(source.appliedAt)) target.ApplyDate = compact(moment(source.appliedAt, 'ApplyDate'))
  if (!isAbsent(source.acceptedAt)) {
    const text = moment(source.acceptedAt, 'AcceptDate')
    target.AcceptDate = `${text.slice(0, 10)}T${text.slice(11)}`
  }
  if (!isAbsent(source.promisedAt)) {
    target.PromiseDate = compactDay(moment(source.promisedAt, 'PromiseDate'))
  }
  if (!isAbsent(source.promiseDays)) target.PromiseDay = source.promiseDays
  if (!isAbsent(source.channel)) target.ApplyType = translate(channels, source.channel, 'ApplyType')
  if (!isAbsent(applicant.name) && !isAbsent(item.name)) {
    target.ProjectName = `关于${applicant.name}${item.name}的业务`
  }
  if (!isAbsent(fee.amount)) target.Fee = Number(fee.amount).toFixed(2)
  target.IsPaid = fee.paid ? '1' : '0'
  if (delivery.kind === 'express' && !isAbsent(delivery.no)) target.ExpressNo = delivery.no
  target.CdTime = acceptedAt
  target.DataSource = 'p51'
  if (source.materials !== undefined) target.Materials = source.materials.map(convertMaterial)
  if (source.steps !== undefined) {
    target.Steps = source.steps.filter(({ kind }) => kind === 'formal').map(convertStep)
  }
  return target
}

function convertApplicant(applicant: Person): Target {
  const target: Target = {}
  if (!isAbsent(applicant.type)) target.Type = translate(applicantTypes, applicant.type, 'Applicant.Type')
  if (!isAbsent(applicant.name)) target.Name = applicant.name
  if (!isAbsent(applicant.certType)) {
    target.CertType = translate(certificates, applicant.certType, 'Applicant.CertType')
  }
  if (!isAbsent(applicant.certNo)) target.CertNo = applicant.certNo
  if (!isAbsent(applicant.mobile)) target.Mobile = applicant.mobile
  if (!isAbsent(applicant.address)) {
    const address = applicant.address.trim().slice(0, 100)
    if (address !== '') target.Address = address
  }
  return target
}

function convertAgent(agent: Person): Target {
  const target: Target = {}
  if (!isAbsent(agent.name)) target.Name = agent.name
  if (!isAbsent(agent.certType)) {
    target.CertType = translate(certificates, agent.certType, 'Agent.CertType')
  }
  if (!isAbsent(agent.certNo)) target.CertNo = agent.certNo
  return target
}

function convertOffice(office: Case['office']): Target {
  const target: Target = {}
  if (!isAbsent(office.name)) target.Name = office.name
  if (!isAbsent(office.code)) target.Code = office.code
  if (!isAbsent(office.areaCode)) target.AreaCode = office.areaCode
  return target
}

function convertMaterial(material: Material, i: number): Target {
  const target: Target = {}
  if (!isAbsent(material.code)) target.Code = material.code
  if (!isAbsent(material.name)) target.Name = material.name
  if (!isAbsent(material.form)) target.Form = translate(forms, material.form, `Materials[${i}].Form`)
  if (!isAbsent(material.copies)) target.Copies = material.copies
  if (!isAbsent(material.receivedAt)) {
    target.ReceiveDate = moment(material.receivedAt, `Materials[${i}].ReceiveDate`).slice(0, 10)
  }
  return target
}

function convertStep(step: Step, i: number): Target {
  const target: Target = {}
  if (!isAbsent(step.name)) target.Name = step.name
  if (!isAbsent(step.handler)) target.Handler = step.handler
  if (!isAbsent(step.at)) target.Time = compact(moment(step.at, `Steps[${i}].Time`))
  target.Result = step.passed ? 'Y' : 'N'
  return target
}
