// Fixed-format dates: the calendar, the formats of the platforms, epochs in Asia/Shanghai.
import { describe, expect, it } from 'vitest'
import { compileDateConversion, compileDateTest, DATETIME, shanghaiNow } from '../../core/mapping/dates.ts'

describe('date formats', () => {
  it.each([
    [DATETIME, '2024-02-29 23:59:59', '2023-02-29 00:00:00'],
    [DATETIME, '2000-02-29 00:00:00', '1900-02-29 00:00:00'],
    [DATETIME, '2024-12-31 00:00:00', '2024-12-31 24:00:00'],
    [DATETIME, '2024-12-31 00:00:00', '2024-12-31T00:00:00'],
    [DATETIME, '2024-12-31 00:00:59', '2024-12-31 00:00:60'],
    ['yyyy-MM-dd', '2024-04-30', '2024-04-31'],
    ['yyyyMMdd', '20240430', '2024430'],
    ['yyyy-MM-dd', '2024-04-30', '2024-4-300'],
    ["yyyy-MM-dd'T'HH:mm:ss", '2024-04-30T08:00:00', '2024-04-30 08:00:00'],
    ['yyyy年MM月dd日', '2024年04月30日', '2024年13月30日'],
    ['yyyy-MM-dd HH:mm:ss.SSS', '2024-04-30 08:00:00.123', '2024-04-30 08:00:00.12x'],
  ])('%s accepts %s, not %s', (format, right, wrong) => {
    expect(compileDateTest(format)(right)).toBe(true)
    expect(compileDateTest(format)(wrong)).toBe(false)
  })
  it.each(['YYYY-MM-dd', 'yyyy-MM-dd hh:mm', 'yyyyMMddyyyy', '--', "yyyy'"])(
    'refuses the format %s',
    (format) => {
      expect(() => compileDateTest(format)).toThrow()
    },
  )
})

describe('conversions', () => {
  it.each([
    ["yyyy-MM-dd'T'HH:mm:ss", DATETIME, '2024-02-29T08:09:10', '2024-02-29 08:09:10'],
    ['yyyyMMddHHmmss', DATETIME, '20240229080910', '2024-02-29 08:09:10'],
    [DATETIME, 'yyyyMMdd', '2024-02-29 08:09:10', '20240229'],
    ['yyyy-MM-dd', DATETIME, '2024-02-29', '2024-02-29 00:00:00'],
    ['dd.MM.yyyy', 'yyyy-MM-dd', '29.02.2024', '2024-02-29'],
    [DATETIME, DATETIME, '2024-02-29 08:09:10', '2024-02-29 08:09:10'],
    ['yyyyMMdd', DATETIME, '20240230', undefined],
    ['yyyyMMdd', DATETIME, 20240229, undefined],
  ])('%s → %s: %s gives %s', (from, to, value, result) => {
    expect(compileDateConversion(from, to)(value)).toBe(result)
  })
  it('reads and writes epochs as UTC+8', () => {
    expect(compileDateConversion('epochMillis', DATETIME)(0)).toBe('1970-01-01 08:00:00')
    expect(compileDateConversion('epochMillis', DATETIME)('1598925600000')).toBe('2020-09-01 10:00:00')
    expect(compileDateConversion('epochSeconds', 'yyyyMMdd')(1598925600)).toBe('20200901')
    expect(compileDateConversion(DATETIME, 'epochMillis')('2020-09-01 10:00:00')).toBe(1598925600000)
    expect(compileDateConversion(DATETIME, 'epochSeconds')('2020-09-01 10:00:00')).toBe(1598925600)
    expect(compileDateConversion('epochMillis', DATETIME)('2020-09-01')).toBeUndefined()
    expect(compileDateConversion('epochMillis', DATETIME)(1.5)).toBeUndefined()
    expect(compileDateConversion('epochMillis', DATETIME)(9e15)).toBeUndefined()
  })
  it('refuses to invent a year', () => {
    expect(() => compileDateConversion('MM-dd', DATETIME)).toThrow('no year')
  })
  it('knows the present in Shanghai', () => {
    expect(shanghaiNow(Date.UTC(2025, 11, 31, 16, 0, 0))).toBe('2026-01-01 00:00:00')
  })
})
