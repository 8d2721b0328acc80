// Decimal arithmetic: the plain and the BigInt way agree, and nothing is rounded silently.
import { describe, expect, it } from 'vitest'
import { compileDecimal, exactNumber, fitsDecimal } from '../../core/mapping/decimal.ts'

describe('decimals', () => {
  it.each([
    [19.99, 100, undefined, 1999],
    ['0.1', 3, undefined, 0.3],
    ['-0.05', 10, undefined, -0.5],
    ['12.5', undefined, 2, '12.50'],
    ['2.345', undefined, 2, '2.35'],
    ['-2.345', undefined, 2, '-2.35'],
    ['-0.001', undefined, 2, '0.00'],
    ['1999', 0.01, 2, '19.99'],
    ['0.005', undefined, 0, '0'],
    ['0.5', undefined, 0, '1'],
    ['007', undefined, undefined, 7],
    ['12345678901234567890.55', undefined, 1, '12345678901234567890.6'],
    ['99999999999999.99', 100, undefined, '9999999999999999'],
    ['-99999999999999.995', undefined, 2, '-100000000000000.00'],
    [0, 100, undefined, 0],
  ])('%s × %s fixed %s = %s', (value, multiply, fixed, result) => {
    expect(compileDecimal(multiply, fixed)(value)).toBe(result)
  })
  it.each(['', '-', '.5', '5.', '1e3', '1,000', ' 1', '0x10', 'NaN', '1.2.3', null, true, {}])(
    '%o is no decimal',
    (value) => {
      expect(compileDecimal(undefined, undefined)(value)).toBeUndefined()
    },
  )
  it('gives the same result on both sides of 15 digits', () => {
    for (const text of ['1.5', '-7.25', '0.004', '123456789.987654']) {
      const padded = `${text}${'0'.repeat(20)}`
      for (const fixed of [undefined, 0, 2, 8]) {
        expect(compileDecimal(7, fixed)(padded)).toBe(compileDecimal(7, fixed)(text))
      }
    }
  })
})

describe('exactNumber', () => {
  it.each([
    ['12.50', 12.5],
    ['0010', 10],
    ['-0', 0],
    ['9007199254740991', 9007199254740991],
  ])('%s is %d', (text, number) => {
    expect(exactNumber(text)).toBe(number)
  })
  it.each(['9007199254740993', '0.12345678901234567890', '1e5', 'Infinity', '', ' 1'])(
    '%s has no exact number',
    (text) => {
      expect(exactNumber(text)).toBeUndefined()
    },
  )
})

it('fits precision and scale', () => {
  expect(fitsDecimal(99999999.99, 10, 2)).toBe(true)
  expect(fitsDecimal(100000000, 10, 2)).toBe(false)
  expect(fitsDecimal(0.125, 10, 2)).toBe(false)
  expect(fitsDecimal(1e-7, 10, 2)).toBe(false)
  expect(fitsDecimal(Number.NaN, 10, 2)).toBe(false)
})
