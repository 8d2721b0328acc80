// What each neutral record must become in canonical form, written down independently of any mapping file:
// the oracle against which the departments' mappings are held.
import { date, type Moment, spaced } from '../../sandbox/department/calendar.ts'
import { checkListCode, type Department, localTaskCode, taskCode } from '../../sandbox/department/catalog.ts'
import type { Applicant } from '../../sandbox/department/people.ts'
import type { Case, Entry, Licence } from '../../sandbox/department/record.ts'

type Values = Record<string, unknown>

/** The canonical value of a record, as parsed JSON: absent fields are absent. */
export function canonicalOf(department: Department, entry: Entry): Values {
  return JSON.parse(JSON.stringify(translate(department, entry))) as Values
}

function translate(department: Department, entry: Entry): Values {
  switch (entry.kind) {
    case 'acceptance':
      return {
        ...business(department, entry.case),
        applicant: contact(entry.case.applicant),
        agent: entry.case.agent && { ...party(entry.case.agent, false), mobile: entry.case.agent.mobile },
        handler: { name: entry.case.officer },
        appliedAt: spaced(entry.case.appliedAt),
        promisedAt: spaced(entry.promisedAt),
        promiseDays: entry.case.item.promiseDays,
        applyType: String(entry.channel),
        acceptDocNo: entry.documentNo,
        summary: `关于${entry.case.applicant.name}的${entry.case.item.name}业务`,
      }
    case 'process':
      return {
        caseNo: entry.case.no,
        recordId: entry.id,
        eventName: entry.action === 'pass' ? '1' : '9',
        processName: entry.step,
        handler: { name: entry.officer },
        explain: entry.opinion,
        startedAt: spaced(entry.startAt),
        endedAt: spaced(entry.endAt),
      }
    case 'special':
      return {
        caseNo: entry.case.no,
        recordId: entry.id,
        specialType: entry.sort === 'extension' ? '1' : '2',
        specialName: entry.name,
        reason: entry.reason,
        startedAt: spaced(entry.startAt),
        endedAt: spaced(entry.endAt),
        result: entry.result,
        handler: { name: entry.officer },
      }
    case 'material':
      return {
        caseNo: entry.case.no,
        recordId: entry.id,
        name: entry.name,
        getType: { paper: '1', upload: '2', licence: '3' }[entry.way],
        quantity: entry.copies,
        attachmentName: entry.file,
      }
    case 'completion':
      return {
        ...business(department, entry.case),
        applicant: contact(entry.case.applicant),
        handler: { name: entry.officer },
        completedAt: spaced(entry.completedAt),
        resultType: entry.result === 'approved' ? '1' : '2',
        resultCertName: entry.licence?.item.licence?.name,
        resultCertNo: entry.licence?.number,
        resultExplain: entry.explanation,
        delivered: entry.courier ? '1' : '0',
        satisfaction: entry.satisfaction && String(entry.satisfaction),
        promiseDays: entry.case.item.promiseDays,
        licence: entry.licence && licence(department, entry.licence),
      }
    case 'licence':
      return { caseNo: entry.licence.number, licence: licence(department, entry.licence) }
    case 'review':
      return {
        ...business(department, entry.case),
        assessNumber: entry.times,
        serviceNumber: entry.round,
        applicant: party(entry.case.applicant),
        handler: { name: entry.case.officer },
        projectStatus: '3',
        channel: String(entry.channel),
        satisfaction: String(entry.satisfaction),
        evalDetail: entry.details.length > 0 ? entry.details : undefined,
        text: entry.text,
        assessedAt: spaced(entry.reviewedAt),
      }
    case 'inspection':
      return {
        actionCode: entry.no,
        actionName: entry.matter.name,
        itemCode: entry.matter.code,
        checkItemCode: checkListCode(department, entry.matter),
        organisation: { name: department.zh, code: department.creditCode },
        objectType: '2',
        objectName: entry.subject.name,
        party: {
          name: entry.subject.name,
          nature: '2',
          certType: '001',
          certNo: entry.subject.creditCode,
          registeredAddress: entry.subject.address,
        },
        areaCode: `${entry.area}000000`,
        form: String(entry.form),
        kind: entry.planned ? '1' : '2',
        mode: entry.onSite ? '1' : '2',
        result: String(entry.result),
        checkDate: date(entry.checkedAt),
        inspectors: entry.inspectors.map(([name, certificateNo]) => ({ name, certificateNo })),
      }
  }
}

function business(department: Department, subject: Case): Values {
  const { item } = subject
  return {
    caseNo: subject.no,
    item: {
      catalogCode: item.basic,
      taskCode: taskCode(department, item),
      localTaskCode: localTaskCode(department, item),
      name: item.name,
      version: item.version,
    },
    organisation: { name: department.zh, code: department.creditCode },
    areaCode: `${subject.area}000000`,
    acceptedAt: spaced(subject.acceptedAt),
    projectType: item.promiseDays === 0 ? '1' : '2',
  }
}

function party(who: Applicant, typed = true): Values {
  const [type, certType, certNo] =
    who.kind === 'person' ? ['1', '111', who.idNo] : ['2', '001', who.creditCode]
  return { ...(typed ? { type } : {}), name: who.name, certType, certNo }
}

function contact(who: Applicant): Values {
  return who.kind === 'person'
    ? { ...party(who), mobile: who.mobile }
    : { ...party(who), mobile: who.legal.mobile, legalRepresentative: who.legal.name, address: who.address }
}

function licence(department: Department, issued: Licence): Values {
  const holder = party(issued.holder)
  const day = (at: Moment | undefined) => (at === undefined ? undefined : date(at))
  return {
    typeCode: issued.item.licence?.typeCode,
    typeName: issued.item.licence?.name,
    name: issued.item.licence?.name,
    number: issued.number,
    version: '001',
    holder: { name: holder.name, code: holder.certNo, codeType: holder.certType },
    areaCode: `${issued.area}000000`,
    issuer: { name: department.zh, code: department.creditCode },
    issueDate: day(issued.issuedAt),
    validFrom: day(issued.issuedAt),
    validTo: day(issued.until),
    sealCode: department.seal,
  }
}
