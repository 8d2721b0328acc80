// Citizen identity number, GB 11643-1999. Reference vectors: test/mapping/checks.test.ts.
import { isCalendarDay, shanghaiNow } from '../dates.ts'

/** GB 11643 clause 4.2.4: weights of positions 1–17 and the check characters for remainders 0–10. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacters = '10X98765432'

/** GB/T 2260 province digits, 71/81/82/83 residence permits, 91 foreigners. Abolished 6-digit areas stay on cards. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91'.split(
    ' ',
  ),
)

/** True for the two digits of a province, or of the documents that stand in the province's place. */
export function isProvince(digits: string): boolean {
  return provinces.has(digits)
}

function checkCharacter(body: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += (body.charCodeAt(i) - 48) * (weights[i] ?? 0)
  return checkCharacters[sum % 11] ?? ''
}

/** 18 characters, X in upper case, real province, a birth from 1900 to `today` (yyyyMMdd), right check character. */
export function isCitizenId(text: string, today?: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text) || !provinces.has(text.slice(0, 2))) return false
  const birth = text.slice(6, 14)
  if (birth < '19000101') return false
  if (!isCalendarDay(Number(birth.slice(0, 4)), Number(birth.slice(4, 6)), Number(birth.slice(6))))
    return false
  if (birth > '20200101' && birth > (today ?? shanghaiNow().slice(0, 10).replaceAll('-', ''))) return false
  return checkCharacter(text) === text[17]
}

/** The 18-character number of a 15-digit card (void since 2013): century 19 inserted, check character appended. */
export function upgradeCitizenId(text: string): string | undefined {
  if (!/^\d{15}$/.test(text)) return undefined
  const body = `${text.slice(0, 6)}19${text.slice(6)}`
  return body + checkCharacter(body)
}
