// Every validator on random and on nearly right texts; made-up right numbers are taken, and no slip of one character.
// Check characters are computed here by other formulas than in core/mapping/checks.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCitizenId, upgradeCitizenId } from '../../core/mapping/checks/citizen.ts'
import { certificates, checks } from '../../core/mapping/checks/table.ts'
import { createRun, INVALID } from '../../core/mapping/run.ts'
import { applyCheck } from '../../core/mapping/schema/faults.ts'
import { shapeOf } from '../../core/mapping/schema/shape.ts'
import { normaliseCode } from '../../core/mapping/text.ts'
import { mutated, texts } from './inputs.ts'
import { fuzz } from './watch.ts'

const digits = (count: number) =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((value) => String(value).padStart(count, '0'))
const days = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2019-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''))
const province = fc.constantFrom('11', '51', '65', '81', '91')

/** ISO 7064 MOD 11-2, as the standard's own recursion. */
function mod112(body: string): string {
  let rest = 0
  for (const digit of body) rest = ((rest + Number(digit)) * 2) % 11
  return '0123456789X'[(12 - rest) % 11] ?? ''
}
const citizenIds = fc
  .tuple(province, digits(4), days, digits(3))
  .map((parts) => parts.join(''))
  .map((body) => body + mod112(body))

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const letters = (count: number) =>
  fc.array(fc.constantFrom(...alphabet), { minLength: count, maxLength: count }).map((list) => list.join(''))
const creditCodes = fc
  .tuple(letters(2), digits(6), letters(9))
  .map((parts) => parts.join(''))
  .map((body) => {
    const sum = Array.from(body).reduce(
      (total, c, i) => total + BigInt(alphabet.indexOf(c)) * 3n ** BigInt(i),
      0n,
    )
    return body + alphabet[Number((31n - (sum % 31n)) % 31n)]
  })

const organisationCodes = fc.tuple(digits(8), fc.constantFrom('-', '')).map(([body, hyphen]) => {
  const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return `${body}${hyphen}${'0X987654321'[sum % 11]}`
})
const implementationCodes = fc
  .tuple(creditCodes, fc.constantFrom(...'1234567'), fc.oneof(province, fc.constant('00')), digits(10))
  .map((parts) => parts.join(''))

/** MOD 37,36 as a running pair of remainders from the right. */
function mod3736(text: string): string {
  const values = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const ends = Array.from(values).filter((check) => {
    let p = 36
    for (const c of text) p = ((((p + values.indexOf(c)) % 36 || 36) * 2) % 37) as number
    return (p + values.indexOf(check)) % 36 === 1
  })
  return ends.join('')
}
const typeCodes = fc.tuple(creditCodes, digits(3)).map((parts) => parts.join(''))
const identifiers = fc
  .tuple(typeCodes, fc.oneof(creditCodes, digits(6)), letters(12), digits(3))
  .map((parts) => `1.2.156.3005.2.${parts.join('.')}.${mod3736(parts.join(''))}`)
const caseNumbers = fc.tuple(digits(6), days, digits(6)).map((parts) => parts.join('-'))

const made: Record<string, fc.Arbitrary<string>> = {
  'citizen-id': citizenIds,
  'credit-code': creditCodes,
  'organisation-code': organisationCodes,
  'implementation-code': implementationCodes,
  'licence-type-code': typeCodes,
  'licence-identifier': identifiers,
  'case-number': caseNumbers,
  'area-code': fc
    .tuple(province, digits(4), fc.oneof(fc.constant(''), digits(3), digits(6)))
    .map((p) => p.join('')),
  mobile: fc.tuple(fc.constantFrom(...'3456789'), digits(9)).map(([second, rest]) => `1${second}${rest}`),
  postcode: digits(6),
  'sichuan-item-code': fc
    .tuple(letters(1), digits(8), digits(12), digits(3), digits(9), digits(2))
    .map(([, a, b, c, d, e]) => `511A${a}-${b}-${c}-${d}-null-${e}`),
}
const pieces = ['0', 'X', 'x', 'I', 'O', '-', '.', '*', ' ', '１', '\n', '\u2028', '\0', '0'.repeat(100)]
const field = { ...(shapeOf([])?.[0] as NonNullable<ReturnType<typeof shapeOf>>[number]), name: 'number' }

describe.each([...checks])('%s', (name, check) => {
  const right = made[name] as fc.Arbitrary<string>

  it('takes made-up right numbers, also in full width and with blanks', () => {
    fuzz(200, right, (text) => {
      expect(check.test(text)).toBe(true)
      const wide = ` ${text.toLowerCase().replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))}　`
      expect(applyCheck(wide, createRun(undefined, { meta: {}, steps: {} }), '', field, name, check)).toBe(
        text,
      )
    })
  })

  it('judges any text, and what it takes it takes again', () => {
    fuzz(600, fc.oneof(texts, mutated(right, pieces)), (text) => {
      const run = createRun(undefined, { meta: {}, steps: {} })
      const taken = applyCheck(text, run, '', field, name, check)
      if (taken === INVALID) expect(run.issues).toHaveLength(1)
      else
        expect([
          check.test(taken as string),
          taken === text || taken === (check.normalise ?? normaliseCode)(text),
        ]).toEqual([true, true])
      for (const issue of run.issues) if (text.length > 5) expect(issue.en + issue.zh).not.toContain(text)
    })
  })
})

const others = (alphabetOf: string) => (text: string) =>
  fc
    .tuple(fc.nat({ max: text.length - 1 }), fc.constantFrom(...alphabetOf))
    .filter(([at, character]) => text[at] !== character)
    .map(([at, character]) => ({ text, wrong: text.slice(0, at) + character + text.slice(at + 1) }))

describe('one changed character', () => {
  it.each<[string, fc.Arbitrary<string>, string]>([
    ['citizen-id', citizenIds, '0123456789X'],
    ['credit-code', creditCodes, `${alphabet}IOSVZ`],
    // GB 11714 weighs letters up to 35 modulo 11: it does not tell every letter from every other
    ['organisation-code', organisationCodes, '0123456789'],
    ['licence-identifier', identifiers, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.'],
  ])('%s is refused', (name, right, alphabetOf) => {
    fuzz(500, right.chain(others(alphabetOf)), ({ text, wrong }) => {
      // the last X of a citizen number may stand for nothing else, the hyphen of an organisation code is free
      if (text.replace('-', '') === wrong.replace('-', '')) return
      expect([text, checks.get(name)?.test(wrong)]).toEqual([text, false])
    })
  })

  it('in the credit code of an item or licence type is refused', () => {
    const slips = creditCodes.chain(others(alphabet))
    fuzz(300, slips, ({ wrong }) => {
      expect(checks.get('implementation-code')?.test(`${wrong}4000131004000`)).toBe(false)
      expect(checks.get('licence-type-code')?.test(`${wrong}001`)).toBe(false)
    })
  })
})

it('a certificate type has a check of the table', () => {
  const known = new Set([...checks.values()])
  for (const { rule, check } of certificates.values()) {
    expect(checks.get(rule)).toBe(check)
    expect(known.has(check)).toBe(true)
  }
})

it('normalising twice is normalising once', () => {
  fuzz(2_000, texts, (text) => {
    const once = normaliseCode(text)
    expect(normaliseCode(once)).toBe(once)
  })
})

it('an old card becomes the number of the new one', () => {
  fuzz(300, fc.tuple(province, digits(4), days, digits(3)), ([area, county, day, serial]) => {
    const number = upgradeCitizenId(`${area}${county}${day.slice(2)}${serial}`)
    const born = `19${day.slice(2)}`
    const isDay = !Number.isNaN(Date.parse(`${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`))
    const exists =
      isDay &&
      new Date(`${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`).getUTCDate() ===
        Number(born.slice(6))
    expect(isCitizenId(number ?? '')).toBe(exists)
  })
  fuzz(300, texts, (text) => {
    const number = upgradeCitizenId(text)
    expect(number === undefined || /^\d{17}[\dX]$/.test(number)).toBe(true)
  })
})
