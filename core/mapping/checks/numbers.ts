// The smaller numbers of a case: item codes, case number, area, phone, postcode.
import { isCalendarDay } from '../dates.ts'
import { isProvince } from './citizen.ts'
import { isCreditCode } from './credit.ts'

/** 实施编码, 31 characters: credit code + exercise level 1–7 + basic code of 12 digits (province or 00 first). */
export function isImplementationCode(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}[1-7]\d{12}$/.test(text)) return false
  const province = text.slice(19, 21)
  return (province === '00' || isProvince(province)) && isCreditCode(text.slice(0, 18))
}

/** Sichuan item code as the provincial site publishes it; segments 3, 5 and 6 are not documented. */
export function isSichuanItemCode(text: string): boolean {
  return /^511[A-Z]\d{8,10}-\d{12}-\d{3}-([0-9A-Z]{18}|[0-9A-Z]{9})-(\d|null)-\d{2}$/.test(text)
}

/** Sichuan case number: area 6 – day 8 – serial 6. */
export function isCaseNumber(text: string): boolean {
  if (!/^\d{6}-\d{8}-\d{6}$/.test(text)) return false
  return isCalendarDay(Number(text.slice(7, 11)), Number(text.slice(11, 13)), Number(text.slice(13, 15)))
}

/** GB/T 2260 area of 6, 9 or 12 digits below a real province. */
export function isAreaCode(text: string): boolean {
  return /^\d{6}(\d{3}|\d{6})?$/.test(text) && isProvince(text.slice(0, 2))
}

/** Mobile number of the mainland. */
export function isMobile(text: string): boolean {
  return /^1[3-9]\d{9}$/.test(text)
}

/** Postcode of six digits. */
export function isPostcode(text: string): boolean {
  return /^\d{6}$/.test(text)
}
