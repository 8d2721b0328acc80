// A hub's health, with everything well; a test spoils one thing.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKeyDates } from '../../certs/dates.ts'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { openKeyStore } from '../../certs/store.ts'
import type { Vitals } from '../../core/flow/vitals.ts'
import { createHealth, type Report } from '../../core/health/health.ts'
import type { HealthParts } from '../../core/health/parts.ts'
import type { FactName } from '../../core/health/table.ts'
import { memoryQueue } from '../../queues/memory.ts'
import { testVault } from '../vault.ts'

export type Stage = {
  /** key folder */
  keys: string
  /** with which everything is well */
  parts: HealthParts
  /** everything, with what `spoilt` says otherwise */
  report(spoilt?: Partial<HealthParts>): Promise<Report>
}

const files = { recipes: new Map(), systems: new Map() }

/** Sets it up on a ledger. */
export function setStage(database: HealthParts['database']): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-health-'))
  const keys = join(folder, 'keys')
  createDevelopmentKeys(keys)
  const well: HealthParts = {
    database,
    queue: memoryQueue(),
    registry: { current: () => files } as unknown as HealthParts['registry'],
    reload: { last: () => undefined } as HealthParts['reload'],
    keys: openKeyStore(keys),
    keyDates: () => readKeyDates(keys),
    breaker: () => 'closed',
    vitals: vitalsOf({}),
    loopDelay: () => 0,
    unproved: () => undefined,
    vault: testVault(),
    data: folder,
    limits: { 'disk.free': { warn: 2, fail: 1, below: true } },
    now: () => new Date(),
  }
  return { keys, parts: well, report: (spoilt = {}) => createHealth({ ...well, ...spoilt }).report() }
}

/** What a delivering half that is well would tell, but for `spoilt`. */
export function vitalsOf(spoilt: Partial<Vitals>): HealthParts['vitals'] {
  return async () => ({
    thread: 'main',
    sweptAt: Date.now(),
    loopDelay: 0,
    pool: { open: 1, idle: 1, waiting: 0 },
    clocks: [],
    numbers: null,
    ...spoilt,
  })
}

/** State and value of a fact, `of` whatever it is of; undefined when it is not told. */
export function factIn({ facts }: Report, name: FactName, of: string | null = null) {
  const fact = facts.find((each) => each.name === name && each.of === of)
  return fact && { state: fact.state, value: fact.value }
}
