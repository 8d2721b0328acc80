// Licence identifier (电子证照标识): five parts after a fixed root, the last an ISO 7064 MOD 37,36 check (GB/T 17710).
import { isCreditCode } from './credit.ts'

/** ISO 7064 MOD 37,36 over 0–9 A–Z (0…35): the check character of `text`. */
export function mod3736(text: string): string {
  let p = 36
  for (const character of text) {
    const sum = (p + Number.parseInt(character, 36)) % 36
    p = ((sum === 0 ? 36 : sum) * 2) % 37
  }
  return ((37 - p) % 36).toString(36).toUpperCase()
}

/** Type code 证照类型代码: credit code of the body that defines the licence + three digits. */
export function isLicenceTypeCode(text: string): boolean {
  return /^[0-9A-Z]{18}\d{3}$/.test(text) && isCreditCode(text.slice(0, 18))
}

/** The whole identifier; issuers written as an area code (6 digits) occur and are accepted on reading. */
export function isLicenceIdentifier(text: string): boolean {
  const match =
    /^1\.2\.156\.3005\.2\.([0-9A-Z]{18}\d{3})\.([0-9A-Z]{6,18})\.([0-9A-Z]{1,32})\.(\d{3})\.([0-9A-Z])$/.exec(
      text,
    )
  if (match === null) return false
  const [, type = '', issuer = '', serial = '', version = '', check] = match
  return isLicenceTypeCode(type) && mod3736(type + issuer + serial + version) === check
}
