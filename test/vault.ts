// Data keys and vaults without a key folder.
import { createVault, type DataKey, type DataKeys, type Vault } from '../core/signing/vault.ts'

/** These keys, and those that are put beside them later. */
export function dataKeysOf(keys: readonly DataKey[]): DataKeys {
  return {
    list: () => [...keys],
    get: (version) => {
      const found = keys.find((key) => key.version === version)
      if (!found) throw new Error(`no data key ${version}`)
      return found
    },
  }
}

/** A vault with one key, the same in every run. */
export function testVault(): Vault {
  return createVault(
    dataKeysOf([{ version: 1, algorithm: 'sm4', key: Buffer.alloc(16, 7), from: new Date(0) }]),
  )
}
