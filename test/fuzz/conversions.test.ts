// Dates, decimals, texts and charsets on random values, against small models that compute otherwise.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import {
  compileDateConversion,
  compileDateTest,
  DateFormatError,
  shanghaiNow,
} from '../../core/mapping/dates.ts'
import { compileDecimal, exactNumber, fitsDecimal } from '../../core/mapping/decimal.ts'
import { type Charset, decodeText, encodeText } from '../../core/mapping/format/charset.ts'
import { canonicalJson, countCharacters, cutText, foldWidth } from '../../core/mapping/text.ts'
import { mutated, reservedNames, soundTexts, texts, values } from './inputs.ts'
import { fuzz } from './watch.ts'

const parts = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS'] as const
const literals = fc.oneof(
  fc.constantFrom('', '-', '/', ' ', ':', '年', "'T'", "'x😀'", "'0'", '.'),
  fc.constant(''),
)
/** Formats with a year and any other parts in any order. */
const formats = fc
  .shuffledSubarray([...parts.slice(1)])
  .chain((others) => fc.tuple(fc.constant(others), fc.nat({ max: others.length })))
  .map(([others, at]) => [...others.slice(0, at), 'yyyy', ...others.slice(at)])
  .chain((order) =>
    fc
      .array(literals, { minLength: order.length, maxLength: order.length })
      .map((signs) => ({ order, signs })),
  )
  .map(({ order, signs }) => order.map((part, i) => part + signs[i]).join(''))
const moments = fc.date({
  min: new Date('1000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})

/** A moment as a format writes it, taking the UTC parts of a Date. */
function write(moment: Date, format: string): string {
  const [iso] = [moment.toISOString()]
  const value: Record<string, string> = {
    yyyy: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    SSS: iso.slice(20, 23),
  }
  return format.replace(/'[^']*'|yyyy|MM|dd|HH|mm|ss|SSS/g, (token) => value[token] ?? token.slice(1, -1))
}

describe('dates', () => {
  it('a format reads what it writes, and a conversion writes what the other format does', () => {
    fuzz(1_500, fc.tuple(formats, formats, moments), ([from, to, moment]) => {
      const text = write(moment, from)
      // what `from` does not say becomes the first of its kind
      const kept = write(moment, "yyyy-MM-dd'T'HH:mm:ss.SSS").split('')
      const known = (part: string): boolean => from.replace(/'[^']*'/g, '').includes(part)
      const set = (part: string, at: number, first: string): void => {
        if (!known(part)) kept.splice(at, first.length, ...first)
      }
      set('MM', 5, '01')
      set('dd', 8, '01')
      set('HH', 11, '00')
      set('mm', 14, '00')
      set('ss', 17, '00')
      set('SSS', 20, '000')
      const readable = compileDateTest(from)(text)
      // a day that only exists in its month or leap year is judged in January or 2000 when they are not said
      if (known('MM') || !known('dd')) expect(readable).toBe(true)
      const expected = write(new Date(`${kept.join('')}Z`), to)
      if (!known('MM') && known('dd')) return
      expect([from, text, to, compileDateConversion(from, to)(text)]).toEqual([from, text, to, expected])
      expect(compileDateTest(to)(expected)).toBe(true)
    })
  })

  it('nothing but a date of the format is taken', () => {
    const cases = formats.chain((format) =>
      fc.tuple(
        fc.constant(format),
        fc.oneof(
          values,
          mutated(
            moments.map((moment) => write(moment, format)),
            ['0', '9', '-', '29', '30', ' ', '年'],
          ),
        ),
      ),
    )
    fuzz(1_500, cases, ([format, value]) => {
      const same = compileDateConversion(format, format)(value)
      const written = compileDateConversion(format, 'yyyyMMddHHmmssSSS')(value)
      expect(same === undefined || same === value).toBe(true)
      expect(written === undefined).toBe(same === undefined)
      if (typeof written === 'string') expect(written).toMatch(/^\d{17}$/)
    })
  })

  it('epochs go to Shanghai and back', () => {
    const until = Date.parse('9999-12-31T15:59:59.999Z')
    fuzz(600, fc.integer({ min: 0, max: until }), (epoch) => {
      const format = "yyyy-MM-dd'T'HH:mm:ss.SSS"
      const text = compileDateConversion('epochMillis', format)(epoch)
      expect(text).toBe(new Date(epoch + 28_800_000).toISOString().slice(0, 23))
      expect(compileDateConversion(format, 'epochMillis')(text)).toBe(epoch)
      expect(compileDateConversion(format, 'epochSeconds')(text)).toBe(Math.floor(epoch / 1000))
      expect(shanghaiNow(epoch)).toBe(String(text).slice(0, 19).replace('T', ' '))
    })
    fuzz(600, values, (value) => {
      for (const from of ['epochMillis', 'epochSeconds']) {
        const text = compileDateConversion(from, 'yyyyMMdd')(value)
        if (text !== undefined) expect(text).toMatch(/^\d{8}$/)
      }
    })
  })

  it('a text that is no format is refused as one', () => {
    fuzz(
      1_500,
      fc.tuple(
        fc.oneof(texts, fc.constantFrom(...reservedNames), mutated(formats, ["'", 'yyyy', 'M', 'T', 'x'])),
        formats,
        texts,
      ),
      ([text, good, value]) => {
        for (const [from, to] of [
          [text, good],
          [good, text],
        ] as const) {
          try {
            compileDateConversion(from, to)(value)
          } catch (error) {
            expect(error).toBeInstanceOf(DateFormatError)
          }
        }
      },
    )
  })
})

describe('decimals', () => {
  const decimals = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.stringMatching(/^\d{1,18}$/),
      fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,18}$/)),
    )
    .map((pieces) => pieces.join(''))
  const factors = fc.oneof(
    fc.constantFrom(undefined, 1, 100, 0.01, -1, 0, 10_000, 0.12345678901234, 0.000001, 1e-7),
    fc.integer(),
    fc
      .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 5 }))
      .map(([units, scale]) => units / 10 ** scale),
  )
  /** Units and power of ten of a decimal as JavaScript writes it, `1.5e-8` too. */
  const scaled = (text: string): readonly [bigint, bigint] => {
    const [, sign, whole = '', fraction = '', power = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? []
    const units = BigInt(sign + whole + fraction)
    const scale = fraction.length - Number(power)
    return scale < 0 ? [units * 10n ** BigInt(-scale), 1n] : [units, 10n ** BigInt(scale)]
  }

  it('products are exact, and rounded half away from zero when told', () => {
    fuzz(
      3_000,
      fc.tuple(decimals, factors, fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined })),
      ([text, factor, fixed]) => {
        const result = compileDecimal(factor, fixed)(text)
        const [units, unit] = scaled(text)
        const [times, per] = scaled(String(factor ?? 1))
        const [product, scale] = [units * times, unit * per]
        expect(result).toBeDefined()
        if (fixed === undefined) {
          // 0.1 as a number is 0.1 as it is written
          const written = scaled(String(result))
          expect([text, factor, written[0] * scale === product * written[1]]).toEqual([text, factor, true])
          return
        }
        const size = product < 0n ? -product : product
        const rounded = (size * 10n ** BigInt(fixed) * 2n + scale) / (scale * 2n)
        const digits = rounded.toString().padStart(fixed + 1, '0')
        const cut = digits.length - fixed
        const expected =
          (product < 0n && rounded > 0n ? '-' : '') +
          digits.slice(0, cut) +
          (fixed > 0 ? `.${digits.slice(cut)}` : '')
        expect([text, factor, fixed, result]).toEqual([text, factor, fixed, expected])
      },
    )
  })

  it('any value and any factor give a number, a decimal text or nothing', () => {
    fuzz(
      1_500,
      fc.tuple(values, fc.oneof(fc.double(), fc.integer()), fc.integer({ min: 0, max: 10 })),
      ([value, factor, fixed]) => {
        const free = compileDecimal(factor, undefined)(value)
        if (typeof free === 'number') expect(Number.isFinite(free)).toBe(true)
        else if (free !== undefined) expect(free).toMatch(/^-?\d+(\.\d+)?$/)
        const text = compileDecimal(factor, fixed)(value)
        if (text !== undefined)
          expect(text).toMatch(fixed === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${fixed}}$`))
      },
    )
  })

  it('a number stands for a text only when it says the same', () => {
    fuzz(1_500, fc.oneof(texts, decimals), (text) => {
      const number = exactNumber(text)
      if (number === undefined) return
      const [left, right] = [scaled(text), scaled(String(number))]
      expect([text, left[0] * right[1] === right[0] * left[1]]).toEqual([text, true])
    })
    fuzz(
      1_000,
      fc.tuple(fc.double(), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 10 })),
      ([value, digits, scale]) => {
        const fits = fitsDecimal(value, digits, scale)
        if (fits && scale <= digits) expect(Math.abs(value)).toBeLessThan(10 ** (digits - scale))
      },
    )
  })
})

describe('texts', () => {
  it('folding, cutting and canonical JSON settle at once', () => {
    fuzz(1_500, fc.tuple(texts, fc.integer({ min: 0, max: 20 })), ([text, size]) => {
      expect(foldWidth(foldWidth(text))).toBe(foldWidth(text))
      const cut = cutText(text, size)
      expect(cutText(cut, size)).toBe(cut)
      expect(text.startsWith(cut)).toBe(true)
      expect(countCharacters(cut)).toBe(Math.min(size, countCharacters(text)))
      expect(countCharacters(text)).toBe(Array.from(text).length)
    })
  })

  it('canonical JSON says what the value says, whatever the order of its keys', () => {
    fuzz(800, values, (value) => {
      const text = canonicalJson(value)
      const plain: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
      expect(JSON.parse(text)).toEqual(plain)
      expect(canonicalJson(JSON.parse(text))).toBe(text)
      expect(canonicalJson(turned(value))).toBe(text)
    })
  })
})

/** The same value with the keys of every object in the other order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value).reverse()) {
    Object.defineProperty(result, name, {
      value: turned(member),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return result
}

describe.each<Charset>(['utf-8', 'gbk', 'gb18030'])('%s', (charset) => {
  const unless = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      expect(error).toBeInstanceOf(QiaoError)
      expect((error as QiaoError).code).toBe('body.encoding')
    }
  }

  it('writes a text so that it reads the same, or refuses it', () => {
    fuzz(1_000, soundTexts, (text) => {
      unless(() => {
        const bytes = encodeText(text, charset)
        expect(decodeText(bytes, charset)).toBe(text.replace(/^\ufeff/, ''))
      })
      const bytes = encodeText(text, charset, () => '?')
      expect(Array.from(decodeText(bytes, charset)).length).toBeGreaterThanOrEqual(
        Array.from(text).length - 1,
      )
    })
  })

  it('reads bytes as a text that gives these bytes again, or refuses them', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc
        .array(fc.constantFrom(0x41, 0x81, 0x30, 0x84, 0xa2, 0xe3, 0xfe, 0xff, 0xef, 0xbb, 0xbf, 0x80), {
          maxLength: 12,
        })
        .map((list) => Uint8Array.from(list)),
    )
    fuzz(1_500, bytes, (given) => {
      unless(() => {
        const text = decodeText(Buffer.from(given), charset)
        expect(decodeText(encodeText(text, charset), charset)).toBe(text.replace(/^\ufeff/, ''))
      })
    })
  })
})
