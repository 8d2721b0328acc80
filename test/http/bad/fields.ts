// Messages that can be read but do not meet the standard: each names the field in the sender's own words, and the rule.
import { changed, message, posted, type Row, rewritten } from './row.ts'

const person = message('housing', 'acceptance')
const company = message('housing', 'acceptance', 'company')
const review = message('housing', 'review')
const inspection = message('housing', 'inspection')
const completion = message('housing', 'completion')
const process = message('housing', 'process')
const social = message('social', 'acceptance')
const market = message('market', 'acceptance')
const row = (JSON.parse(market.body.toString('utf8')) as { rows: Record<string, unknown>[] }).rows[0] ?? {}

type Change = readonly [name: string, changes: Record<string, unknown>, path: string, rule: string]

const rows = (source: Parameters<typeof changed>[0], changes: readonly Change[]): Row[] =>
  changes.map(([name, change, path, rule]) =>
    posted(name, changed(source, change), 'message.invalid', { path, rule }),
  )
const element = (name: string, tag: string, value: string, rule: string): Row =>
  posted(
    name,
    rewritten(social, (text) =>
      text.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`),
    ),
    'message.invalid',
    { path: tag, rule },
  )

export const codes: readonly Row[] = [
  ...rows(person, [
    ['unknown applicant kind', { 'applicant.kind': 'ALIEN' }, 'applicant.kind', 'code'],
    ['unknown certificate type', { 'applicant.certType': 'LIBRARY_CARD' }, 'applicant.certType', 'code'],
    [
      'standard code where the department has its own',
      { 'applicant.certType': '111' },
      'applicant.certType',
      'code',
    ],
    [
      'code named like an object member',
      { 'application.channel': 'constructor' },
      'application.channel',
      'code',
    ],
    ['unknown item kind', { 'application.item.type': 'SOMEDAY' }, 'application.item.type', 'code'],
  ]),
  ...rows(completion, [['unknown result', { 'decision.result': 'MAYBE' }, 'decision.result', 'code']]),
  ...rows(review, [
    ['unknown review detail', { 'review.stars': 5, 'review.tags': ['599'] }, 'review.tags[0]', 'code'],
    [
      'retired review detail',
      { 'review.stars': 5, 'review.tags': ['510', '509'] },
      'review.tags[1]',
      'retired',
    ],
    ['unknown satisfaction', { 'review.stars': 6, 'review.tags': [] }, 'review.stars', 'code'],
  ]),
  element('unknown code in XML', 'zjlx', '驾驶证', 'code'),
  element('unknown standard code in XML', 'sqfs', '77', 'code'),
]

export const numbers: readonly Row[] = [
  ...rows(person, [
    [
      'identity number: wrong check digit',
      { 'applicant.certNo': '510703199001010010' },
      'applicant.certNo',
      'citizen-id',
    ],
    [
      'identity number: 30 February',
      { 'applicant.certNo': '510703199002300019' },
      'applicant.certNo',
      'citizen-id',
    ],
    [
      'identity number: born tomorrow',
      { 'applicant.certNo': withCheckDigit('51070320991231001') },
      'applicant.certNo',
      'citizen-id',
    ],
    [
      'identity number: no such province',
      { 'applicant.certNo': withCheckDigit('99070319900101001') },
      'applicant.certNo',
      'citizen-id',
    ],
    [
      'identity number: 15 digits',
      { 'applicant.certNo': '510703900101001' },
      'applicant.certNo',
      'citizen-id',
    ],
    ['identity number: masked', { 'applicant.certNo': '5107**********0012' }, 'applicant.certNo', 'masked'],
    ['identity number: a sentence', { 'applicant.certNo': '见附件' }, 'applicant.certNo', 'citizen-id'],
    ['mobile: too short', { 'applicant.mobile': '1990000067' }, 'applicant.mobile', 'mobile'],
    ['area that is none', { 'application.areaCode': '990703' }, 'application.areaCode', 'area-code'],
    ['case number that is none', { 'application.no': '2026-1' }, 'application.no', 'case-number'],
    [
      'implementation code cut',
      { 'application.item.code': '11510700000000000M' },
      'application.item.code',
      'implementation-code',
    ],
  ]),
  ...rows(company, [
    [
      'credit code: wrong check character',
      { 'applicant.certNo': '91510723MA1306390A' },
      'applicant.certNo',
      'credit-code',
    ],
    [
      'credit code: letters that do not exist there',
      { 'applicant.certNo': '91510723MAI3O6390E' },
      'applicant.certNo',
      'credit-code',
    ],
    ['credit code: masked', { 'applicant.certNo': '9151**********390E' }, 'applicant.certNo', 'masked'],
    ['credit code of the office', { 'office.code': '11510700000000000A' }, 'office.code', 'credit-code'],
  ]),
  element('identity number in XML: wrong check digit', 'zjhm', '510703199001010010', 'citizen-id'),
]

export const fields: readonly Row[] = [
  ...rows(person, [
    [
      'date that is not in the calendar',
      { 'application.acceptedAt': '2026-02-30T10:00:00' },
      'application.acceptedAt',
      'date',
    ],
    [
      'date in another form',
      { 'application.acceptedAt': '2026/06/01 10:00' },
      'application.acceptedAt',
      'date',
    ],
    ['date as a number', { 'application.acceptedAt': 1780000000000 }, 'application.acceptedAt', 'date'],
    ['hour 25', { 'application.submittedAt': '2026-06-01T25:00:00' }, 'application.submittedAt', 'date'],
    [
      'accepted before it was applied for',
      { 'application.acceptedAt': '2020-06-01T10:00:00' },
      'application.acceptedAt',
      'rule',
    ],
    ['name too long', { 'applicant.name': '长'.repeat(101) }, 'applicant.name', 'length'],
    ['mobile too long', { 'applicant.mobile': '199000006766' }, 'applicant.mobile', 'length'],
    [
      'item name of a megabyte',
      { 'application.item.name': '事'.repeat(400_000) },
      'application.item.name',
      'length',
    ],
    ['required field missing', { 'application.no': undefined }, 'application.no', 'required'],
    ['required field blank', { 'applicant.name': '  \u3000' }, 'applicant.name', 'required'],
    ['required field null', { 'application.acceptedAt': null }, 'application.acceptedAt', 'required'],
    ['text where an object belongs', { applicant: '高明远' }, 'applicant.name', 'required'],
    ['object where a text belongs', { 'applicant.name': { first: '明远' } }, 'applicant.name', 'type'],
    ['list where a text belongs', { 'application.no': ['510703-20260601-000001'] }, 'application.no', 'type'],
    ['number with a fraction', { 'application.item.version': 1.5 }, 'application.item.version', 'type'],
    ['number beyond exact range', { 'application.no': 2 ** 60 }, 'application.no', 'precision'],
    [
      'a person with the certificate of a company',
      { 'applicant.certType': 'CREDIT_CODE', 'applicant.certNo': '91510723MA1306390E' },
      'applicant.certType',
      'rule',
    ],
  ]),
  ...rows(company, [
    [
      'a company with the certificate of a person',
      { 'applicant.certType': 'ID_CARD', 'applicant.certNo': '510703190209049081' },
      'applicant.certType',
      'rule',
    ],
    [
      'a company without its legal representative',
      { 'applicant.legalPerson': undefined },
      'applicant.legalPerson',
      'required',
    ],
  ]),
  ...rows(review, [
    [
      'bad review without detail',
      { 'review.stars': 1, 'review.tags': [], 'review.comment': undefined },
      'review.tags',
      'required',
    ],
    [
      'bad review with a blank text',
      { 'review.stars': 2, 'review.tags': undefined, 'review.comment': ' ' },
      'review.tags',
      'required',
    ],
    [
      'five stars with the details of one',
      { 'review.stars': 5, 'review.tags': ['108'] },
      'review.tags',
      'rule',
    ],
    ['reviewed a third time', { 'review.times': 3 }, 'review.times', 'rule'],
  ]),
  ...rows(inspection, [
    [
      'one inspector',
      { 'inspection.inspectors': [{ name: '唐守正', certificate: '51070012345' }] },
      'inspection.inspectors',
      'rule',
    ],
    ['no inspector', { 'inspection.inspectors': [] }, 'inspection.inspectors', 'required'],
    [
      'credit code of the company inspected',
      { 'company.creditCode': '91510723MA1306390A' },
      'company.creditCode',
      'credit-code',
    ],
  ]),
  ...rows(process, [
    ['NUL in an identifier', { 'step.id': '510700-20260601-000001-P1\u0000' }, 'step.id', 'characters'],
    [
      'lone surrogate in an identifier',
      { 'step.id': '510700-20260601-000001-P\ud800' },
      'step.id',
      'characters',
    ],
  ]),
  element('date in XML that is not in the calendar', 'slsj', '20260230100000', 'date'),
  element('required element empty', 'sqrxm', '', 'required'),
  ...rows(market, [
    [
      'second row of a batch wrong',
      {
        rows: [
          row,
          {
            ...row,
            CASE_NO: '510700-20260601-000777',
            CERT_NO: '510703199001010010',
            APPLICANT_TYPE: 'P',
            CERT_TYPE: '10',
          },
        ],
      },
      'rows[1].CERT_NO',
      'citizen-id',
    ],
    ['row that is no object', { rows: [row, 'row'] }, 'rows[1].CASE_NO', 'required'],
    ['row that is null', { rows: [row, null] }, 'rows[1].CASE_NO', 'required'],
    [
      'time in a batch as text',
      { rows: [{ ...row, ACCEPT_TIME: 'yesterday' }] },
      'rows[0].ACCEPT_TIME',
      'date',
    ],
  ]),
]

/** 17 digits with the right check character (GB 11643 clause 4.2.4), so that only the rest is wrong. */
function withCheckDigit(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return body + '10X98765432'[sum % 11]
}
