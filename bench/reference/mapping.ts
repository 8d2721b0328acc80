// The reference's one conversion: department message to platform document.
// It gives what the hub's two (bench/mappings/common) give together; main.ts refuses to go on when they differ.
import { compile } from './compile.ts'

const certificates = { ID_CARD: '111', PASSPORT: '414', CREDIT_CODE: '001' }

/** Maps one parsed message of `makeMessage` to the document the platform gets. */
export const mapMessage = compile({
  RecordId: 'recordId',
  ProjectNo: 'caseNo',
  AreaCode: 'region.code',
  AreaName: 'region.name',
  ProjectName: { template: ['关于', { path: 'applicant.name' }, '的', { path: 'item.name' }, '业务'] },
  ApplyerName: 'applicant.name',
  ApplyerType: 'applicant.kind',
  ApplyerPageType: { code: 'applicant.certType', table: certificates },
  ApplyerPageCode: 'applicant.certNo',
  ApplyerMobile: 'applicant.mobile',
  ApplyerAddress: 'applicant.address',
  TaskCode: 'item.code',
  TaskName: 'item.name',
  TaskType: 'item.type',
  TaskVersion: 'item.version',
  OrgName: 'office.name',
  OrgCode: 'office.code',
  WindowNo: 'office.window',
  HandleUserName: 'office.handler',
  HandleUserCode: 'office.no',
  ApplyDate: { date: 'appliedAt', convert: (text) => `${text.slice(0, 10)} ${text.slice(11)}` },
  PromiseDate: {
    date: 'promise.date',
    convert: (text) => text.slice(0, 4) + text.slice(5, 7) + text.slice(8),
  },
  PromiseDay: 'promise.days',
  LegalDay: 'promise.legalDays',
  Channel: 'channel',
  Urgency: 'urgency',
  Fee: 'fee',
  IsPaid: 'paid',
  IsExpress: 'express.wanted',
  ExpressNo: 'express.no',
  ContactName: 'contact.name',
  ContactMobile: 'contact.mobile',
  InvestName: 'project.name',
  InvestCode: 'project.code',
  Batch: 'batch',
  Remark: 'remark',
  DataSource: { constant: '510100' },
  Materials: {
    each: 'lines',
    fields: {
      LineNo: 'no',
      MaterialCode: 'code',
      MaterialName: 'name',
      Form: 'form',
      Copies: 'copies',
      Pages: 'pages',
      Origin: 'origin',
      IsReceived: 'received',
      ReceiveDay: 'day',
      Note: 'note',
    },
  },
})
