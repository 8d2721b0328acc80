// Data keys and vaults without a key folder.
import { StartupError } from '../core/errors.ts'
import { createVault, type DataKey, type DataKeys, type Vault } from '../core/signing/vault.ts'

/** These keys, and those that are put beside them later. */
export function dataKeysOf(keys: readonly DataKey[]): DataKeys {
  return {
    list: () => [...keys],
    get: (version) => {
      const found = keys.find((key) => key.version === version)
      if (!found) throw new StartupError(`no data key ${version}`, 'It is not among those of the test.')
      return found
    },
  }
}

/** The same in every run. */
export const testKey: DataKey = {
  version: 1,
  algorithm: 'sm4',
  key: Buffer.alloc(16, 7),
  from: new Date(0),
}

/** A vault with this one key. */
export function testVault(): Vault {
  return createVault(dataKeysOf([testKey]))
}
