// The validators a schema may name under `check:`, in one table with both languages.
import { normaliseCode } from '../text.ts'
import { isCitizenId } from './citizen.ts'
import { isCreditCode, isOrganisationCode } from './credit.ts'
import { isLicenceIdentifier, isLicenceTypeCode } from './licence.ts'
import {
  isAreaCode,
  isCaseNumber,
  isImplementationCode,
  isMobile,
  isPostcode,
  isSichuanItemCode,
} from './numbers.ts'

/** `test` judges the normalised form: half-width, no blanks, upper case, or what `normalise` makes of a text. */
export type Check = {
  test: (text: string) => boolean
  normalise?: (text: string) => string
  zh: string
  en: string
}

const citizen: Check = {
  test: (text) => isCitizenId(text),
  zh: '不是有效的公民身份号码（GB 11643）',
  en: 'is not a valid citizen identity number (GB 11643)',
}
const credit: Check = {
  test: isCreditCode,
  zh: '不是有效的统一社会信用代码（GB 32100）',
  en: 'is not a valid unified social credit code (GB 32100)',
}
const organisation: Check = {
  test: isOrganisationCode,
  zh: '不是有效的组织机构代码（GB 11714）',
  en: 'is not a valid organisation code (GB 11714)',
}

/** Validators by name. `certificate-number` is apart: it needs the certificate type beside the number. */
export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['citizen-id', citizen],
  ['credit-code', credit],
  ['organisation-code', organisation],
  [
    'implementation-code',
    {
      test: isImplementationCode,
      zh: '不是有效的实施编码（31位）',
      en: 'is not a valid implementation code (31 characters)',
    },
  ],
  [
    'sichuan-item-code',
    {
      test: isSichuanItemCode,
      // a segment the province leaves open is published as a small null
      normalise: (text) => normaliseCode(text).replace('-NULL-', '-null-'),
      zh: '不是有效的四川事项编码',
      en: 'is not a valid Sichuan item code',
    },
  ],
  [
    'licence-identifier',
    { test: isLicenceIdentifier, zh: '不是有效的电子证照标识', en: 'is not a valid licence identifier' },
  ],
  [
    'licence-type-code',
    {
      test: isLicenceTypeCode,
      zh: '不是有效的证照类型代码（21位）',
      en: 'is not a valid licence type code (21 characters)',
    },
  ],
  ['mobile', { test: isMobile, zh: '不是有效的手机号码', en: 'is not a valid mobile number' }],
  ['postcode', { test: isPostcode, zh: '不是有效的邮政编码', en: 'is not a valid postcode' }],
  ['area-code', { test: isAreaCode, zh: '不是有效的行政区划代码', en: 'is not a valid area code' }],
  [
    'case-number',
    {
      test: isCaseNumber,
      zh: '不是有效的办件编号（区划6位-日期8位-流水6位）',
      en: 'is not a valid case number (area-date-serial)',
    },
  ],
])

/** Certificate types (GA/T 2000.156; reference 01 T4) whose number has a check of its own. */
export const certificates: ReadonlyMap<string, { rule: string; check: Check }> = new Map([
  ['111', { rule: 'citizen-id', check: citizen }],
  ['112', { rule: 'citizen-id', check: citizen }],
  ['001', { rule: 'credit-code', check: credit }],
  ['002', { rule: 'organisation-code', check: organisation }],
])
