// Unified social credit code (GB 32100-2015) and organisation code (GB 11714-1997).

/** GB 32100 clause 5: 31 characters, no I O S V Z; weights 3^(i-1) mod 31. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** Value of each character, by its code. */
const values = new Uint8Array(128)
for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** 18 characters in upper case with the right check character. */
export function isCreditCode(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return false
  let sum = 0
  for (let i = 0; i < 17; i++) sum += (values[text.charCodeAt(i)] ?? 0) * (weights[i] ?? 0)
  return alphabet[(31 - (sum % 31)) % 31] === text[17]
}

/** GB 11714: weights of the 8 characters, whose values are 0–9 and A–Z = 10–35. */
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

/** `XXXXXXXX-C`, or without the hyphen as it stands inside a credit code. */
export function isOrganisationCode(text: string): boolean {
  const match = /^([0-9A-Z]{8})-?([0-9X])$/.exec(text)
  if (match === null) return false
  let sum = 0
  for (let i = 0; i < 8; i++) sum += Number.parseInt(match[1]?.[i] ?? '0', 36) * (organisationWeights[i] ?? 0)
  const check = 11 - (sum % 11)
  return match[2] === (check === 10 ? 'X' : check === 11 ? '0' : String(check))
}
