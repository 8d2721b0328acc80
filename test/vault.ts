// A vault for ledgers that are opened without a key folder.
import { createVault, type DataKey, type Vault } from '../core/signing/vault.ts'

/** A vault with one key, the same in every run. */
export function testVault(): Vault {
  const key: DataKey = { version: 1, algorithm: 'sm4', key: Buffer.alloc(16, 7), from: new Date(0) }
  return createVault({ list: () => [key], get: () => key })
}
