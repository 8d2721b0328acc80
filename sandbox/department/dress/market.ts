// How 市场监管 writes: JSON batches of flat rows with upper snake case keys and epoch milliseconds.
import { epoch } from '../calendar.ts'
import { checkListCode, type Department, localTaskCode, taskCode } from '../catalog.ts'
import type { Applicant, Person } from '../people.ts'
import type { Case, Entry, Licence } from '../record.ts'

type Row = { [key: string]: string | number | Row[] | undefined }

/** Rows of one kind under one batch number, as posted. */
export function marketDocument(
  department: Department,
  batchNo: string,
  entries: readonly Entry[],
): Record<string, unknown> {
  return { batchNo, rows: entries.map((entry) => row(department, entry)) }
}

function row(department: Department, entry: Entry): Row {
  switch (entry.kind) {
    case 'acceptance':
      return {
        ...matter(department, entry.case),
        ...applicant(entry.case.applicant),
        ...contact(entry.case.applicant),
        ...(entry.case.agent ? agent(entry.case.agent) : {}),
        APPLY_TIME: epoch(entry.case.appliedAt),
        APPLY_WAY: String(entry.channel).padStart(2, '0'),
        ACCEPT_USER: entry.case.officer,
        ACCEPT_DOC: entry.documentNo,
        PROMISE_TIME: epoch(entry.promisedAt),
        SUMMARY: `关于${entry.case.applicant.name}的${entry.case.item.name}业务`,
      }
    case 'process':
      return {
        CASE_NO: entry.case.no,
        STEP_ID: entry.id,
        STEP_NAME: entry.step,
        STEP_ACTION: entry.action === 'pass' ? 'Y' : 'O',
        STEP_USER: entry.officer,
        STEP_OPINION: entry.opinion,
        START_TIME: epoch(entry.startAt),
        END_TIME: epoch(entry.endAt),
      }
    case 'special':
      return {
        CASE_NO: entry.case.no,
        SPECIAL_ID: entry.id,
        SPECIAL_TYPE: entry.sort === 'extension' ? '01' : '02',
        SPECIAL_NAME: entry.name,
        SPECIAL_REASON: entry.reason,
        START_TIME: epoch(entry.startAt),
        END_TIME: epoch(entry.endAt),
        SPECIAL_RESULT: entry.result,
        HANDLE_USER: entry.officer,
      }
    case 'material':
      return {
        CASE_NO: entry.case.no,
        MATERIAL_ID: entry.id,
        MATERIAL_NAME: entry.name,
        GET_TYPE: { paper: 'P', upload: 'U', licence: 'L' }[entry.way],
        GET_NUM: entry.copies,
        FILE_NAME: entry.file,
      }
    case 'completion':
      return {
        ...matter(department, entry.case),
        ...applicant(entry.case.applicant),
        ...contact(entry.case.applicant),
        FINISH_USER: entry.officer,
        FINISH_TIME: epoch(entry.completedAt),
        FINISH_RESULT: entry.result === 'approved' ? '10' : '20',
        FINISH_NOTE: entry.explanation,
        BY_COURIER: entry.courier ? 1 : 0,
        STARS: entry.satisfaction,
        ...(entry.licence ? licence(department, entry.licence) : {}),
      }
    case 'licence':
      return licence(department, entry.licence)
    case 'review':
      return {
        ...matter(department, entry.case),
        ...applicant(entry.case.applicant),
        HANDLE_USER: entry.case.officer,
        SERVICE_NO: entry.round,
        REVIEW_TIMES: entry.times,
        REVIEW_WAY: { 1: 'PC', 2: 'APP', 3: 'QR', 4: 'PAD' }[entry.channel],
        STARS: entry.satisfaction,
        REVIEW_TAGS: entry.details.length > 0 ? entry.details.join('|') : undefined,
        REVIEW_TEXT: entry.text,
        REVIEW_TIME: epoch(entry.reviewedAt),
      }
    case 'inspection':
      return {
        CHECK_NO: entry.no,
        CHECK_NAME: entry.matter.name,
        ITEM_CODE: entry.matter.code,
        LIST_CODE: checkListCode(department, entry.matter),
        ORG_NAME: department.zh,
        ORG_CODE: department.creditCode,
        ENT_NAME: entry.subject.name,
        ENT_CODE: entry.subject.creditCode,
        ENT_ADDR: entry.subject.address,
        AREA_CODE: entry.area,
        CHECK_FORM: { 1: 'SJ', 2: 'RC', 3: 'ZX' }[entry.form],
        CHECK_PLANNED: entry.planned ? 1 : 0,
        CHECK_MODE: entry.onSite ? 'ON' : 'OFF',
        CHECK_RESULT: entry.result === 1 ? 'OK' : 'FIX',
        CHECK_NOTE: entry.finding,
        CHECK_TIME: epoch(entry.checkedAt),
        CHECK_USERS: entry.inspectors.map(([name, certificate]) => ({
          USER_NAME: name,
          CERT_NO: certificate,
        })),
      }
  }
}

function matter(department: Department, subject: Case): Row {
  return {
    CASE_NO: subject.no,
    AREA_CODE: subject.area,
    BASIC_CODE: subject.item.basic,
    ITEM_CODE: taskCode(department, subject.item),
    LOCAL_CODE: localTaskCode(department, subject.item),
    ITEM_NAME: subject.item.name,
    ITEM_VERSION: subject.item.version,
    CASE_TYPE: subject.item.promiseDays === 0 ? 'J' : 'C',
    PROMISE_DAYS: subject.item.promiseDays,
    ORG_NAME: department.zh,
    ORG_CODE: department.creditCode,
    ACCEPT_TIME: epoch(subject.acceptedAt),
  }
}

function applicant(who: Applicant): Row {
  return who.kind === 'person'
    ? { APPLICANT_TYPE: 'P', APPLICANT_NAME: who.name, CERT_TYPE: '10', CERT_NO: who.idNo }
    : { APPLICANT_TYPE: 'E', APPLICANT_NAME: who.name, CERT_TYPE: '90', CERT_NO: who.creditCode }
}

function contact(who: Applicant): Row {
  return who.kind === 'person'
    ? { MOBILE: who.mobile }
    : { LEGAL_NAME: who.legal.name, MOBILE: who.legal.mobile, ADDRESS: who.address }
}

function agent(who: Person): Row {
  return { AGENT_NAME: who.name, AGENT_CERT_TYPE: '10', AGENT_CERT_NO: who.idNo, AGENT_MOBILE: who.mobile }
}

function licence(department: Department, issued: Licence): Row {
  const person = issued.holder.kind === 'person'
  return {
    LIC_TYPE: issued.item.licence?.typeCode,
    LIC_NAME: issued.item.licence?.name,
    LIC_NO: issued.number,
    LIC_VERSION: issued.version,
    HOLDER_NAME: issued.holder.name,
    HOLDER_CERT_TYPE: person ? '10' : '90',
    HOLDER_CODE: issued.holder.kind === 'person' ? issued.holder.idNo : issued.holder.creditCode,
    ISSUE_ORG: department.zh,
    ISSUE_ORG_CODE: department.creditCode,
    ISSUE_AREA: issued.area,
    ISSUE_TIME: epoch(issued.issuedAt),
    VALID_FROM: epoch(issued.issuedAt),
    VALID_TO: issued.until === undefined ? undefined : epoch(issued.until),
    SEAL_CODE: department.seal,
  }
}
