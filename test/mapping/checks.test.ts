// Validators against the vectors of the standards (values are made up or belong to public bodies).
import { describe, expect, it } from 'vitest'
import { isCitizenId, upgradeCitizenId } from '../../core/mapping/checks/citizen.ts'
import { isCreditCode, isOrganisationCode } from '../../core/mapping/checks/credit.ts'
import { isLicenceIdentifier, isLicenceTypeCode, mod3736 } from '../../core/mapping/checks/licence.ts'
import * as numbers from '../../core/mapping/checks/numbers.ts'
import { evaluate, issuesOf } from './small.ts'

describe('citizen identity number, GB 11643', () => {
  it.each(['510700190101010012', '51070019010101008X', '510722190108080038'])('%s is valid', (id) => {
    expect(isCitizenId(id)).toBe(true)
  })
  it.each([
    ['510781190202290015', 'right check digit, but 1902-02-29 does not exist'],
    ['510700190101010013', 'wrong check digit'],
    ['51070019010101008x', 'lower case is for the caller to normalise'],
    ['160700190101010012', 'no such province'],
    ['5107001901010100', 'too short'],
    ['510700010101001', 'a 15-digit card is void'],
  ])('%s is not: %s', (id) => {
    expect(isCitizenId(id)).toBe(false)
  })
  it('refuses a birth after today, whatever the check digit', () => {
    const body = '51070020290101001'
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (weights[i] ?? 0), 0)
    const id = body + '10X98765432'[sum % 11]
    expect(isCitizenId(id, '20281231')).toBe(false)
    expect(isCitizenId(id, '20290101')).toBe(true)
  })
  it('upgrades a 15-digit number', () => {
    expect(upgradeCitizenId('510700010101001')).toBe('510700190101010012')
    expect(upgradeCitizenId('51070001010100')).toBeUndefined()
  })
})

describe('unified social credit code, GB 32100', () => {
  it.each([
    '11511800015427357G',
    '11511800008539131R',
    '11100000000013338W',
    '11430000006122244L',
    '11220000013544541J',
    '11510700000000000M',
    '91510700MA00000151',
    '91510703MA000004XR',
    '93510722MA0000023H',
  ])('%s is valid, and so is the organisation code inside', (code) => {
    expect(isCreditCode(code)).toBe(true)
    expect(isOrganisationCode(code.slice(8, 17))).toBe(true)
  })
  it.each(['11511800015427357H', '91510700MAO0000151', '91510700MA0000015', '91510700ma00000151'])(
    '%s is not',
    (code) => {
      expect(isCreditCode(code)).toBe(false)
    },
  )
})

describe('organisation code, GB 11714', () => {
  it.each(['01542735-7', 'MB1C9905-8', 'D2143569-X', '00000000-0', '015427357'])('%s is valid', (code) => {
    expect(isOrganisationCode(code)).toBe(true)
  })
  it.each(['01542735-8', '0154273-57', '01542735-'])('%s is not', (code) => {
    expect(isOrganisationCode(code)).toBe(false)
  })
})

describe('licence identifier, ISO 7064 MOD 37,36', () => {
  const root = '1.2.156.3005.2.'
  it.each([
    '11100000000013338W011.11430000006122244L.20230000403.001.U',
    '11100000000013338W032.11220000013544541J.2430599.001.F',
    '11100000000013338W011.11510700000000000M.20200900001.001.O',
    '11100000000013338W011.11510700000000000M.20200900001.002.M',
    '11100000MB0341032Y002.91510700MA00000151.MY2020A0000000000001.001.E',
  ])('%s is valid', (text) => {
    expect(isLicenceIdentifier(root + text)).toBe(true)
    expect(isLicenceIdentifier(root + text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A'))).toBe(false)
    expect(mod3736(text.slice(0, -2).replaceAll('.', ''))).toBe(text.at(-1))
  })
  it('refuses a documentation example that computes another letter', () => {
    const text = '11100000000013338W011.11430000006122244L.209FA4E8EA49.001'
    const right = mod3736(text.replaceAll('.', ''))
    expect(isLicenceIdentifier(`${root}${text}.${right}`)).toBe(true)
    expect(isLicenceIdentifier(`${root}${text}.${right === 'M' ? 'N' : 'M'}`)).toBe(false)
  })
  it('checks the credit code inside a type code', () => {
    expect(isLicenceTypeCode('11100000000013338W011')).toBe(true)
    expect(isLicenceTypeCode('11100000000013338X011')).toBe(false)
  })
})

describe('other numbers', () => {
  it.each([
    [numbers.isImplementationCode, '11510700000000000M3510100001000', '11510700000000000M8510100001000'],
    [numbers.isImplementationCode, '11370800MB285591843370117002011', '11370800MB285591853370117002011'],
    [numbers.isImplementationCode, '12441500196720244T3442199806003', '12441500196720244T3992199806003'],
    [
      numbers.isSichuanItemCode,
      '511A0080600053-512000000000-000-11511800015427357G-1-00',
      '511A008060-51-000-1-1-00',
    ],
    [
      numbers.isSichuanItemCode,
      '511A72033001-512000000000-000-015427357-null-00',
      '511a72033001-512000000000-000-015427357-1-00',
    ],
    [numbers.isCaseNumber, '510700-20200901-000001', '510700-20200931-000001'],
    [numbers.isMobile, '13900000000', '12900000000'],
    [numbers.isPostcode, '621000', '62100'],
    [numbers.isAreaCode, '510700000000', '990700'],
    [numbers.isAreaCode, '510700', '5107000'],
  ])('%o accepts %s, not %s', (test, right, wrong) => {
    expect(test(right)).toBe(true)
    expect(test(wrong)).toBe(false)
  })
})

describe('a checked field', () => {
  const id = (value: string): unknown => evaluate('doc', value, { type: 's18, check: citizen-id' })
  it('normalises width, blanks and case of a value that is then right', () => {
    expect(id('51070019010101008x')).toBe('51070019010101008X')
    expect(id('５１０７００１９０１０１０１００１２')).toBe('510700190101010012')
  })
  it('tells a masked value from a wrong one', async () => {
    expect(await issuesOf(() => id('5107**********0012'))).toEqual(['doc masked'])
    expect(await issuesOf(() => id('510700190101010013'))).toEqual(['doc citizen-id'])
  })
  it('never shows the value', async () => {
    const { refusal } = await import('./small.ts')
    const error = await refusal(() => id('510700190101010013'))
    expect(JSON.stringify([error.message, error.issues])).not.toContain('5107001901')
  })
})
