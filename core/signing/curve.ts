// SM2 facts that need no key object: curve constants, the Z value, and the two encodings of a signature.
import { digest } from './hash.ts'

/** The user id of GM/T 0009 §10 that everybody uses unless agreed otherwise. */
export const defaultUserId = '1234567812345678'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

// GB/T 32918.5: a, b, Gx, Gy in the order in which Z takes them
const domain = Buffer.concat([
  hex('FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 00000000 FFFFFFFF FFFFFFFC'),
  hex('28E9FA9E 9D9F5E34 4D5A9E4B CF6509A7 F39789F5 15AB8F92 DDBCBD41 4D940E93'),
  hex('32C4AE2C 1F198119 5F990446 6A39C994 8FE30BBF F2660BE1 715A4589 334C74C7'),
  hex('BC3736A2 F4F6779C 59BDCEE3 6B692153 D0A9877C C62A4740 02DF32E5 2139F0A0'),
])

/**
 * Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ Gx ‖ Gy ‖ Px ‖ Py), GB/T 32918.2 §5.5.
 * `point` is the public key as 64 bytes x ‖ y; ENTL is the length of the id in bits.
 */
export function zOf(point: Uint8Array, userId: string = defaultUserId): Buffer {
  const id = Buffer.from(userId, 'utf8')
  if (id.length > 8191) throw new RangeError('an SM2 user id has at most 8191 bytes')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(id.length * 8)
  return digest('sm3', Buffer.concat([length, id, domain, point]))
}

// DER INTEGER of a non-negative 32-byte number
function integer(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const body = Buffer.from(bytes.subarray(start))
  const padded = (body[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), body]) : body
  return Buffer.concat([Buffer.of(2, padded.length), padded])
}

/** r ‖ s (64 bytes) → DER SEQUENCE { r INTEGER, s INTEGER } (GM/T 0009 §7.3). */
export function toDer(rs: Uint8Array): Buffer {
  if (rs.length !== 64) throw new RangeError('an SM2 signature in r‖s form has 64 bytes')
  const body = Buffer.concat([integer(rs.subarray(0, 32)), integer(rs.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

/** DER SEQUENCE { r, s } → r ‖ s (64 bytes). Throws RangeError unless it is strict DER. */
export function fromDer(der: Uint8Array): Buffer {
  const rs = Buffer.alloc(64)
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0
    const body = der.subarray(at + 2, at + 2 + length)
    const bytes = body[0] === 0 ? body.subarray(1) : body
    if (bytes.length <= 32) rs.set(bytes, end - bytes.length)
    at += 2 + length
  }
  // encoding again is the shortest proof that nothing in the input was loose
  if (!toDer(rs).equals(der)) throw new RangeError('not a DER encoded SM2 signature')
  return rs
}
