// The hub's key: how it signs, and its public half as those hold it who check what it signed.

import type { KeyRing } from '../evidence/proof-check.ts'
import type { Sealer } from '../evidence/proof-write.ts'
import type { HubKey } from '../evidence/receipt.ts'
import type { Keys, SigningKey, VerifyingKey } from '../signing/keys.ts'
import { sm2Sign, sm2Verify } from '../signing/sm2.ts'

/** Signs here, in this thread: to hand one signature to another would cost more than to make it. */
export function hubSigner(key: SigningKey): Sealer {
  return { keyId: key.verifying.id, sign: async (data) => sm2Sign(key, data) }
}

/** A check of DER signatures; what is no signature at all is a wrong one. */
export function hubKey(key: VerifyingKey): HubKey {
  const verify = (data: Buffer, signature: Buffer): boolean => {
    try {
      return sm2Verify(key, data, signature)
    } catch {
      return false
    }
  }
  return { id: key.id, verify }
}

/**
 * The hub's public keys: the one that signs first, then those that signed before it (`hub-1`, `hub-2`, …). They stay for
 * ever, because what they signed is checked for ever.
 */
export function hubKeys(keys: Keys): VerifyingKey[] {
  const found = [keys.publicKey('hub')]
  for (let n = 1; keys.has('public', olderKey(n)); n++) found.push(keys.publicKey(olderKey(n)))
  return found
}

/** The name of a key that signed before; the first one is 1. */
export const olderKey = (n: number): string => `hub-${n}`

/** Trusts these keys, each for what names it. */
export function trusted(list: readonly VerifyingKey[]): KeyRing {
  const own = new Map(list.map((key) => [key.id, hubKey(key)]))
  return (id) => own.get(id)
}

/** Whether one of these keys made a signature. */
export function madeByAny(list: readonly VerifyingKey[]): HubKey['verify'] {
  const own = list.map(hubKey)
  return (data, signature) => own.some(({ verify }) => verify(data, signature))
}
