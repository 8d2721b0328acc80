// How 住建 writes: nested camelCase JSON, ISO wall-clock times, words instead of numbers, 5 = best.
import { date, iso } from '../calendar.ts'
import { checkListCode, type Department, localTaskCode, taskCode } from '../catalog.ts'
import type { Applicant, Company } from '../people.ts'
import type { Case, Completion, Entry, Inspection, Licence, Review } from '../record.ts'

const channel = { 1: 'COUNTER', 2: 'WEB', 3: 'MOBILE', 4: 'COURIER' } as const
const reviewChannel = { 1: 'WEB', 2: 'MOBILE', 3: 'QR_CODE', 4: 'HALL_TABLET' } as const
const form = { 1: 'RANDOM', 2: 'ROUTINE', 3: 'SPECIAL' } as const

/** One record as the JSON object this department posts. */
export function housingDocument(department: Department, entry: Entry): Record<string, unknown> {
  switch (entry.kind) {
    case 'acceptance':
      return {
        application: {
          ...application(department, entry.case),
          summary: `关于${entry.case.applicant.name}的${entry.case.item.name}业务`,
          channel: channel[entry.channel],
          submittedAt: iso(entry.case.appliedAt),
        },
        applicant: contact(entry.case.applicant),
        ...(entry.case.agent ? { agent: contact(entry.case.agent) } : {}),
        office: { name: department.zh, code: department.creditCode },
        acceptance: {
          officer: entry.case.officer,
          documentNo: entry.documentNo,
          promisedAt: iso(entry.promisedAt),
        },
      }
    case 'process':
      return {
        applicationNo: entry.case.no,
        step: {
          id: entry.id,
          name: entry.step,
          action: entry.action === 'pass' ? 'PASS' : 'OTHER',
          handler: entry.officer,
          opinion: entry.opinion,
          startedAt: iso(entry.startAt),
          finishedAt: iso(entry.endAt),
        },
      }
    case 'special':
      return {
        applicationNo: entry.case.no,
        procedure: {
          id: entry.id,
          kind: entry.sort === 'extension' ? 'EXTENSION' : 'OTHER',
          name: entry.name,
          reason: entry.reason,
          startedAt: iso(entry.startAt),
          endedAt: iso(entry.endAt),
          result: entry.result,
          handler: entry.officer,
        },
      }
    case 'material':
      return {
        applicationNo: entry.case.no,
        material: {
          id: entry.id,
          name: entry.name,
          receivedAs: { paper: 'PAPER', upload: 'UPLOAD', licence: 'E_LICENCE' }[entry.way],
          copies: entry.copies,
          ...(entry.file ? { fileName: entry.file } : {}),
        },
      }
    case 'completion':
      return completion(department, entry)
    case 'licence':
      return { licence: licence(department, entry.licence) }
    case 'review':
      return review(department, entry)
    case 'inspection':
      return inspection(department, entry)
  }
}

function application(department: Department, subject: Case): Record<string, unknown> {
  const { item } = subject
  return {
    no: subject.no,
    areaCode: subject.area,
    acceptedAt: iso(subject.acceptedAt),
    item: {
      code: taskCode(department, item),
      basicCode: item.basic,
      localCode: localTaskCode(department, item),
      name: item.name,
      version: item.version,
      type: item.promiseDays === 0 ? 'INSTANT' : 'PROMISE',
      promiseDays: item.promiseDays,
    },
  }
}

function party(who: Applicant): Record<string, unknown> {
  return who.kind === 'person'
    ? { kind: 'PERSON', name: who.name, certType: 'ID_CARD', certNo: who.idNo }
    : { kind: 'ENTERPRISE', name: who.name, certType: 'CREDIT_CODE', certNo: who.creditCode }
}

function contact(who: Applicant): Record<string, unknown> {
  return who.kind === 'person'
    ? { ...party(who), mobile: who.mobile }
    : { ...party(who), legalPerson: who.legal.name, mobile: who.legal.mobile, address: who.address }
}

function completion(department: Department, entry: Completion): Record<string, unknown> {
  return {
    application: application(department, entry.case),
    office: { name: department.zh, code: department.creditCode },
    applicant: contact(entry.case.applicant),
    decision: {
      result: entry.result === 'approved' ? 'APPROVED' : 'REFUSED',
      decidedAt: iso(entry.completedAt),
      officer: entry.officer,
      explanation: entry.explanation,
      courier: entry.courier,
      ...(entry.satisfaction ? { stars: entry.satisfaction } : {}),
    },
    ...(entry.licence ? { licence: licence(department, entry.licence) } : {}),
  }
}

function licence(department: Department, issued: Licence): Record<string, unknown> {
  return {
    typeCode: issued.item.licence?.typeCode,
    name: issued.item.licence?.name,
    number: issued.number,
    version: issued.version,
    holder: party(issued.holder),
    issuer: { name: department.zh, code: department.creditCode, areaCode: issued.area },
    issuedOn: date(issued.issuedAt),
    validFrom: date(issued.issuedAt),
    ...(issued.until ? { validUntil: date(issued.until) } : {}),
    sealCode: department.seal,
  }
}

function review(department: Department, entry: Review): Record<string, unknown> {
  return {
    application: application(department, entry.case),
    applicant: party(entry.case.applicant),
    handler: entry.case.officer,
    office: { name: department.zh, code: department.creditCode },
    review: {
      stars: entry.satisfaction,
      tags: entry.details,
      ...(entry.text ? { comment: entry.text } : {}),
      channel: reviewChannel[entry.channel],
      submittedAt: iso(entry.reviewedAt),
      times: entry.times,
      round: entry.round,
    },
  }
}

function inspection(department: Department, entry: Inspection): Record<string, unknown> {
  return {
    inspection: {
      no: entry.no,
      title: entry.matter.name,
      itemCode: entry.matter.code,
      listCode: checkListCode(department, entry.matter),
      form: form[entry.form],
      planned: entry.planned,
      onSite: entry.onSite,
      result: entry.result === 1 ? 'CLEAN' : 'CORRECTION_ORDERED',
      finding: entry.finding,
      inspectedOn: date(entry.checkedAt),
      areaCode: entry.area,
      office: { name: department.zh, code: department.creditCode },
      inspectors: entry.inspectors.map(([name, certificate]) => ({ name, certificate })),
    },
    company: subject(entry.subject),
  }
}

function subject(company: Company): Record<string, unknown> {
  return { name: company.name, creditCode: company.creditCode, address: company.address }
}
