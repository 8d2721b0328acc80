// The generator's own check digits against the published and made-up values of reference 08.
import { describe, expect, test } from 'vitest'
import { citizenNumber, creditCode, organisationCode } from '../../sandbox/department/digits.ts'
import { departments } from '../../sandbox/department/message.ts'

describe('check digits', () => {
  test.each([
    ['510700', '19010101', 1, '510700190101010012'],
    ['510700', '19010101', 8, '51070019010101008X'],
    ['510722', '19010808', 3, '510722190108080038'],
  ])('citizen number %s %s %i', (area, birth, order, number) => {
    expect(citizenNumber(area, birth, order)).toBe(number)
  })

  test.each([
    ['11', '511800', '01542735', '11511800015427357G'],
    ['11', '100000', '00001333', '11100000000013338W'],
    ['11', '430000', '00612224', '11430000006122244L'],
    ['11', '510700', '00000000', '11510700000000000M'],
    ['91', '510700', 'MA000001', '91510700MA00000151'],
    ['91', '510703', 'MA000004', '91510703MA000004XR'],
    ['93', '510722', 'MA000002', '93510722MA0000023H'],
  ])('credit code %s %s %s', (kind, area, body, code) => {
    expect(creditCode(kind, area, body)).toBe(code)
  })

  test.each([
    ['01542735', '7'],
    ['MB1C9905', '8'],
    ['D2143569', 'X'],
    ['00000000', '0'],
  ])('organisation code %s', (body, check) => {
    expect(organisationCode(body)).toBe(body + check)
  })

  test('every department carries a right credit code, and a seal of its own', () => {
    for (const { creditCode: code } of Object.values(departments))
      expect(creditCode(code.slice(0, 2), code.slice(2, 8), code.slice(8, 16))).toBe(code)
    expect(new Set(Object.values(departments).map((d) => d.seal)).size).toBe(3)
  })
})
