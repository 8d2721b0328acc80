// The conversion as a programmer writes it by hand, for one platform, with nothing general in it.

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

const itemTypes: Record<string, string> = { '1': '即办', '2': '承诺' }
const applicantTypes: Record<string, string> = { '1': 'P', '2': 'E' }
const certificates: Record<string, string> = { '111': '10', '414': '14', '001': '50' }
const channels: Record<string, string> = { '1': 'WINDOW', '2': 'WEB', '3': 'APP' }
const forms: Record<string, string> = { '1': 'Y', '2': 'F', '3': 'D' }

function code(table: Record<string, string>, value: string): string {
  const result = table[value]
  if (result === undefined) throw new Error('unknown code')
  return result
}

/** `yyyy-MM-dd HH:mm:ss` → `yyyyMMddHHmmss`; the day itself is not judged. */
function compact(text: string): string {
  if (text.length !== 19) throw new Error('not a date')
  return (
    text.slice(0, 4) +
    text.slice(5, 7) +
    text.slice(8, 10) +
    text.slice(11, 13) +
    text.slice(14, 16) +
    text.slice(17)
  )
}

/** Converts one case; what is absent is left out, an unknown code or a text that is no date is refused. */
export function convertByHand(source: Case, acceptedAt: string): Record<string, unknown> {
  const { item, applicant, agent, office, fee, delivery } = source
  const target: Record<string, unknown> = {
    ProjectNo: source.caseNo,
    CatalogCode: item.catalogCode,
    TaskCode: item.taskCode,
    TaskName: item.name,
    TaskVersion: item.version,
    TaskType: code(itemTypes, item.type),
    Applicant: convertApplicant(applicant),
  }
  if (agent !== undefined) {
    target.Agent = {
      Name: agent.name,
      CertType: code(certificates, agent.certType),
      CertNo: agent.certNo,
    }
  }
  const mobile = agent?.mobile ?? applicant.mobile
  if (mobile !== undefined) target.ContactMobile = mobile
  target.Office = { Name: office.name, Code: office.code, AreaCode: office.areaCode }
  target.HandleUserName = office.handler
  target.ApplyDate = compact(source.appliedAt)
  target.AcceptDate = `${source.acceptedAt.slice(0, 10)}T${source.acceptedAt.slice(11)}`
  if (source.promisedAt !== undefined) target.PromiseDate = compact(source.promisedAt).slice(0, 8)
  if (source.promiseDays !== undefined) target.PromiseDay = source.promiseDays
  target.ApplyType = code(channels, source.channel)
  target.ProjectName = `关于${applicant.name}${item.name}的业务`
  target.Fee = Number(fee.amount).toFixed(2)
  target.IsPaid = fee.paid ? '1' : '0'
  if (delivery.kind === 'express' && delivery.no !== undefined) target.ExpressNo = delivery.no
  target.CdTime = acceptedAt
  target.DataSource = 'p51'
  if (source.materials !== undefined) target.Materials = source.materials.map(convertMaterial)
  if (source.steps !== undefined) {
    target.Steps = source.steps.filter(({ kind }) => kind === 'formal').map(convertStep)
  }
  return target
}

function convertApplicant(applicant: Person): Record<string, unknown> {
  const target: Record<string, unknown> = {
    Type: code(applicantTypes, applicant.type),
    Name: applicant.name,
    CertType: code(certificates, applicant.certType),
    CertNo: applicant.certNo,
  }
  if (applicant.mobile !== undefined) target.Mobile = applicant.mobile
  if (applicant.address !== undefined) target.Address = applicant.address.trim().slice(0, 100)
  return target
}

function convertMaterial(material: Material): Record<string, unknown> {
  const target: Record<string, unknown> = {
    Code: material.code,
    Name: material.name,
    Form: code(forms, material.form),
    Copies: material.copies,
  }
  if (material.receivedAt !== undefined) target.ReceiveDate = material.receivedAt.slice(0, 10)
  return target
}

function convertStep(step: Step): Record<string, unknown> {
  return { Name: step.name, Handler: step.handler, Time: compact(step.at), Result: step.passed ? 'Y' : 'N' }
}
