// Licence identifiers and their check character.
import { describe, expect, it } from 'vitest'
import { elicence } from '../../adapters/elicence/index.ts'

describe('licence identifiers', () => {
  const identify = elicence().functions?.['licence-identifier']
  const root = '1.2.156.3005.2.'
  // reference 04 §1: real samples and made-up values, all recomputed there
  it.each([
    ['11100000000013338W011', '11430000006122244L', '20230000403', '001', 'U'],
    ['11100000000013338W032', '11220000013544541J', '2430599', '001', 'F'],
    ['11100000000013338W011', '11510700000000000M', '20200900001', '001', 'O'],
    ['11100000000013338W011', '11510700000000000M', '20200900001', '002', 'M'],
    ['11100000MB0341032Y002', '91510700MA00000151', 'MY2020A0000000000001', '001', 'E'],
  ])('%s.%s.%s.%s ends in %s', (type, issuer, serial, version, check) => {
    expect(identify?.({ type, issuer, serial, version })).toBe(
      `${root}${type}.${issuer}.${serial}.${version}.${check}`,
    )
  })

  const parts = { type: '11100000000013338W011', issuer: '11510700000000000M', version: 1 }
  it('makes the serial from the seed: the first 20 digits of SM3("abc")', () => {
    const identifier = identify?.({ ...parts, seed: 'abc' })
    expect(identifier).toMatch(/\.66C7F0F462EEEDD9D1F2\.001\.[0-9A-Z]$/)
    expect(identify?.({ ...parts, seed: 'abc' })).toBe(identifier)
    expect(identify?.({ ...parts, seed: 'abd' })).not.toBe(identifier)
  })

  it('is absent when a part is absent, and refuses a wrong one by name', () => {
    expect(identify?.({ ...parts })).toBeUndefined()
    expect(identify?.({ ...parts, type: '', seed: 'x' })).toBeUndefined()
    expect(() => identify?.({ ...parts, issuer: '510700', seed: 'x' })).toThrow('issuer code')
    expect(() => identify?.({ ...parts, version: '000', seed: 'x' })).toThrow('version')
    expect(() => identify?.({ ...parts, serial: 'a' })).toThrow('serial')
  })
})
