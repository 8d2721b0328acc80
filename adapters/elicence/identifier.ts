// The electronic licence identifier (GB/T 36904; reference 04 §1) and its check character.
import { digest } from '../../core/signing/hash.ts'

const root = '1.2.156.3005.2'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** ISO 7064 MOD 37,36 (GB/T 17710) check character of digits and upper-case letters. */
export function checkCharacter(text: string): string {
  let p = 36
  for (const character of text) {
    const value = alphabet.indexOf(character)
    if (value < 0) throw new RangeError('a licence identifier has digits and upper-case letters only')
    p = (((p + value) % 36 || 36) * 2) % 37
  }
  return alphabet.charAt((37 - p) % 36)
}

/** The parts of an identifier. Either `serial` or `seed` is given. */
export type IdentifierParts = {
  /** 21: the credit code of the body that defines the licence type, and 3 digits */
  type: string
  /** 18: the credit code of the issuer */
  issuer: string
  /** 1–32 digits and upper-case letters, unique within type and issuer */
  serial?: string | undefined
  /** any text that stays the same over retries; the serial is then the first 20 hex digits of its SM3 */
  seed?: string | undefined
  /** 3 digits from 001, one more at each reissue */
  version: string
}

function demand(name: string, value: string, shape: RegExp): string {
  if (shape.test(value)) return value
  throw new RangeError(`licence identifier: "${value}" is no ${name}`)
}

/** Builds `1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>`; throws RangeError naming the wrong part. */
export function licenceIdentifier({ type, issuer, serial, seed, version }: IdentifierParts): string {
  const number =
    serial ?? (seed === undefined ? '' : digest('sm3', seed).toString('hex').slice(0, 20).toUpperCase())
  const parts = [
    demand('type code (18 + 3 digits)', type, /^[0-9A-Z]{18}\d{3}$/),
    demand('issuer code (18)', issuer, /^[0-9A-Z]{18}$/),
    demand('serial (1–32 digits, letters)', number, /^[0-9A-Z]{1,32}$/),
    demand('version (001–999)', version, /^(?!000)\d{3}$/),
  ]
  return [root, ...parts, checkCharacter(parts.join(''))].join('.')
}
