// What health looks at.
import type { Guarantee, Retention } from '../config.ts'
import type { BreakerState } from '../flow/breaker.ts'
import type { Queue } from '../flow/queue.ts'
import type { Registry } from '../flow/registry.ts'
import type { Reload } from '../flow/reload.ts'
import type { Vitals } from '../flow/vitals.ts'
import type { Database } from '../ledger/database.ts'
import type { Vault } from '../ledger/sealed.ts'
import type { Keys } from '../signing/keys.ts'
import type { Limits } from './fact.ts'

/** What ends in a key folder and when, and what has no end. */
export type KeyDates = { certificates: readonly { name: string; ends: Date }[]; endless: number }

export type HealthParts = {
  database: Database
  vault: Vault
  queue: Queue
  registry: Registry
  reload: Reload
  keys: Keys
  /** reads the key folder again */
  keyDates: () => KeyDates
  breaker: (system: string) => BreakerState
  vitals: () => Promise<Vitals>
  /** how long the event loop of this thread was held up at most since it was last asked, ms */
  loopDelay: () => number
  /** the data folder of an embedded ledger; undefined with a server */
  data: string | undefined
  /** what shall leave the ledger, and when */
  retention?: Retention | undefined
  limits: Limits
  now: () => Date
  /** why nothing may be accepted now, because it could not be proved */
  unproved: () => string | undefined
  /** only in tests that must fail */
  without?: Guarantee | undefined
}
