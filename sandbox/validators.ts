// Check digits and shapes, computed by the sandbox itself (reference 08, 03 §1, 04 §1). Each takes the text on the wire
// and says whether it is right; nothing is trimmed, upper-cased or otherwise forgiven.

import { parseTime } from './time.ts'

const provinces = new Set(
  (
    '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 ' +
    '61 62 63 64 65 71 81 82 83 91'
  ).split(' '),
)

function weighted(text: string, alphabet: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * alphabet.indexOf(text[i] as string), 0)
}

/** Citizen id, GB 11643-1999: area, real birth date not after today, check character. */
export function citizenId(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text) || !provinces.has(text.slice(0, 2))) return false
  const born = parseTime(text.slice(6, 14), 'yyyyMMdd')
  if (born === undefined || text.slice(6, 10) < '1900' || born > Date.now()) return false
  const sum = weighted(text, '0123456789', [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
  return '10X98765432'[sum % 11] === text[17]
}

/** Unified social credit code, GB 32100-2015. */
export function creditCode(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return false
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
  return alphabet[(31 - (weighted(text, alphabet, weights) % 31)) % 31] === text[17]
}

/** Organisation code, GB 11714-1997, with or without its hyphen. */
export function organisationCode(text: string): boolean {
  if (!/^[0-9A-Z]{8}-?[0-9X]$/.test(text)) return false
  const rest = 11 - (weighted(text, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', [3, 7, 9, 10, 5, 8, 4, 2]) % 11)
  return (rest === 10 ? 'X' : String(rest % 11)) === text.at(-1)
}

/** Number of a certificate of a type of GA/T 2000.156: 111/112 citizen id, 001 credit code, 002 organisation code. */
export function certificateNumber(type: string, text: string): boolean {
  if (text.includes('*') || text === '') return false
  if (type === '111' || type === '112') return citizenId(text)
  if (type === '001') return creditCode(text)
  if (type === '002') return organisationCode(text)
  return true
}

/** Basic code of an item, 12 digits, beginning with a province or 00 (reference 03 §1). */
export function catalogCode(text: string): boolean {
  return /^\d{12}$/.test(text) && (text.startsWith('00') || provinces.has(text.slice(0, 2)))
}

/** Implementation code, 31: credit code, exercise level, basic code. */
export function implementationCode(text: string): boolean {
  return (
    text.length === 31 &&
    creditCode(text.slice(0, 18)) &&
    /[1-7]/.test(text[18] as string) &&
    catalogCode(text.slice(19))
  )
}

/** Handling item: implementation code and two digits [U]. */
export const handlingItem = (text: string) => /\d\d$/.test(text) && implementationCode(text.slice(0, -2))

/** Item code as the Sichuan site prints it. */
export const sichuanItem = (text: string) =>
  /^511[A-Z]\d{8,10}-\d{12}-\d{3}-([0-9A-Z]{18}|[0-9A-Z]{9})-(\d|null)-\d{2}$/.test(text)

/** Case number `<area6>-<yyyyMMdd>-<seq6>` with a real day in the middle. */
export function caseNumber(text: string): boolean {
  return /^\d{6}-\d{8}-\d{6}$/.test(text) && parseTime(text.slice(7, 15), 'yyyyMMdd') !== undefined
}

/** 6, 9 or 12 digits beginning with a province. */
export const areaCode = (text: string) =>
  /^(\d{6}|\d{9}|\d{12})$/.test(text) && provinces.has(text.slice(0, 2))
export const mobile = (text: string) => /^1[3-9]\d{9}$/.test(text)
export const postcode = (text: string) => /^\d{6}$/.test(text)
/** Batch: day and five digits of run number. */
export const batch = (text: string) =>
  /^\d{13}$/.test(text) && parseTime(text.slice(0, 8), 'yyyyMMdd') !== undefined

/** Parts of a licence identifier (GB/T 36904; reference 04 §1). */
export type LicenceIdentifier = { type: string; issuer: string; serial: string; version: string }

/** The parts, or undefined when the shape, a credit code or the check character (ISO 7064 MOD 37,36) is wrong. */
export function licenceIdentifier(text: string): LicenceIdentifier | undefined {
  const match =
    /^1\.2\.156\.3005\.2\.([0-9A-Z]{18}\d{3})\.([0-9A-Z]{18})\.([0-9A-Z]{1,32})\.(\d{3})\.([0-9A-Z])$/.exec(
      text,
    )
  if (!match) return undefined
  const [, type = '', issuer = '', serial = '', version = '', check = ''] = match
  if (!creditCode(type.slice(0, 18)) || !creditCode(issuer) || version === '000') return undefined
  return check37(type + issuer + serial + version) === check ? { type, issuer, serial, version } : undefined
}

function check37(text: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  let p = 36
  for (const character of text) p = (((p + alphabet.indexOf(character)) % 36 || 36) * 2) % 37
  return alphabet[(37 - p) % 36] as string
}
