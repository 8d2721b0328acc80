// Check digits of the codes a department sends, written here on purpose a second time:
// the generator must not share an error with the hub that checks them (GB 11643, GB 32100, GB 11714).

const CREDIT = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const CITIZEN_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]

function weigh(text: string, weights: readonly number[], value: (char: string) => number): number {
  return weights.reduce((sum, weight, i) => sum + weight * value(text.charAt(i)), 0)
}

/** 18-character citizen number of 6-digit area, birth yyyyMMdd and 3-digit order (GB 11643-1999). */
export function citizenNumber(area: string, birth: string, order: number): string {
  const body = `${area}${birth}${String(order).padStart(3, '0')}`
  return body + '10X98765432'.charAt(weigh(body, CITIZEN_WEIGHTS, Number) % 11)
}

/** 9-character organisation code of its first 8 characters (GB 11714-1997), without hyphen. */
export function organisationCode(body: string): string {
  const check = 11 - (weigh(body, ORGANISATION_WEIGHTS, (char) => Number.parseInt(char, 36)) % 11)
  return body + (check === 10 ? 'X' : String(check % 11))
}

/** 18-character unified social credit code: 2-character class, area, 8-character organisation body (GB 32100-2015). */
export function creditCode(kind: string, area: string, organisation: string): string {
  const body = kind + area + organisationCode(organisation)
  const rest = weigh(body, CREDIT_WEIGHTS, (char) => CREDIT.indexOf(char)) % 31
  return body + CREDIT.charAt((31 - rest) % 31)
}
