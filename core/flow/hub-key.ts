// The hub's public key, as those hold it who check what it signed.

import type { KeyRing } from '../evidence/proof-check.ts'
import type { HubKey } from '../evidence/receipt.ts'
import type { VerifyingKey } from '../signing/keys.ts'
import { sm2Verify } from '../signing/sm2.ts'

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
