// The ledger that the settings name, opened by a command of its own process, and the hub's key with it.
import { openKeyStore } from '../certs/store.ts'
import { type Config, readConfig } from '../core/config.ts'
import { errors, QiaoError, StartupError } from '../core/errors.ts'
import type { Sealer } from '../core/evidence/proof-write.ts'
import { hubKeys, hubSigner } from '../core/flow/hub-key.ts'
import type { Database } from '../core/ledger/database.ts'
import type { Keys, VerifyingKey } from '../core/signing/keys.ts'
import type { Vault } from '../core/signing/vault.ts'
import { openLedger } from '../ledger.ts'

/** What a command works with: settings, ledger, keys, how the hub signs, and its public keys. */
export type Opened = {
  config: Config
  database: Database
  vault: Vault
  keys: Keys
  sealer: Sealer
  hubKeys: readonly VerifyingKey[]
}

/** Opens ledger and key, and closes what was opened. Throws StartupError with what there is to do. */
export async function withLedger<T>(
  environment: NodeJS.ProcessEnv | undefined,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const config = readConfig(environment)
  const keys = openKeyStore(config.keys)
  const hub = keys.privateKey('hub')
  const { database, vault } = await openLedger(config)
  try {
    return await work({ config, database, vault, keys, sealer: hubSigner(hub), hubKeys: hubKeys(keys) })
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    const { zh, en, todo } = errors[error.code]
    throw new StartupError(`${en} / ${zh}${error.detail ? `: ${error.detail}` : ''}`, todo, error)
  } finally {
    await database.close()
  }
}
