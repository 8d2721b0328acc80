// Check digits and shapes against the values of the reference.

import { expect, test } from 'vitest'
import * as check from '../../sandbox/validators.ts'

const { certificateNumber: _, ...single } = check
const checks: Record<string, (text: string) => unknown> = single

// Values of reference 08, 03 §1 and 04 §1.
const prefix = '1.2.156.3005.2.'
test.each([
  ['citizenId', '510700190101010012', true],
  ['citizenId', '51070019010101008X', true],
  ['citizenId', '51070019010101008x', false],
  ['citizenId', '510781190202290015', false],
  ['citizenId', '510722190108080038', true],
  ['citizenId', '510700190101010013', false],
  ['citizenId', '510700010101001', false],
  ['citizenId', '5107**********0012', false],
  ['creditCode', '11511800015427357G', true],
  ['creditCode', '11511800008539131R', true],
  ['creditCode', '11100000000013338W', true],
  ['creditCode', '91510703MA000004XR', true],
  ['creditCode', '93510722MA0000023H', true],
  ['creditCode', '11511800015427357H', false],
  ['creditCode', '91510700MAO0000151', false],
  ['organisationCode', '01542735-7', true],
  ['organisationCode', 'MB1C99058', true],
  ['organisationCode', 'D2143569-X', true],
  ['organisationCode', '00000000-0', true],
  ['organisationCode', '01542735-8', false],
  ['implementationCode', '11510700000000000M3510100001000', true],
  ['implementationCode', '11370800MB285591843370117002011', true],
  ['implementationCode', '11510700000000000M8510100001000', false],
  ['implementationCode', '11510700000000000M3990100001000', false],
  ['handlingItem', '11510700000000000M351010000100001', true],
  ['sichuanItem', '511A0080600053-512000000000-000-11511800015427357G-1-00', true],
  ['sichuanItem', '511A0080600053-512000000000-000-11511800015427357G-null-00', true],
  ['sichuanItem', '511A0080600053-512000000000-000-11511800015427357G-1', false],
  ['caseNumber', '510700-20200901-000001', true],
  ['caseNumber', '510700-20200931-000001', false],
  ['areaCode', '510703001000', true],
  ['areaCode', '51070', false],
  ['batch', '2019041100002', true],
  ['batch', '2019043100002', false],
  ['licenceIdentifier', `${prefix}11100000000013338W011.11510700000000000M.20200900001.001.O`, true],
  ['licenceIdentifier', `${prefix}11100000000013338W011.11510700000000000M.20200900001.002.M`, true],
  ['licenceIdentifier', `${prefix}11100000MB0341032Y002.91510700MA00000151.MY2020A0000000000001.001.E`, true],
  ['licenceIdentifier', `${prefix}11100000000013338W011.11430000006122244L.20230000403.001.U`, true],
  ['licenceIdentifier', `${prefix}11100000000013338W032.11220000013544541J.2430599.001.F`, true],
  ['licenceIdentifier', `${prefix}11100000000013338W011.11510700000000000M.20200900001.001.M`, false],
] as const)('%s %s is %s', (name, text, right) => {
  expect(Boolean(checks[name]?.(text))).toBe(right)
})
