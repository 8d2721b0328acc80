// The hub's key: how it signs, and its public half as those hold it who check what it signed.

import type { KeyRing } from '../evidence/proof-check.ts'
import type { Sealer } from '../evidence/proof-write.ts'
import type { HubKey } from '../evidence/receipt.ts'
import type { SigningKey, VerifyingKey } from '../signing/keys.ts'
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

/** Trusts one key. */
export function trusted(key: VerifyingKey): KeyRing {
  const own = hubKey(key)
  return (id) => (id === own.id ? own : undefined)
}
