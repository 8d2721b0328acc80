// The ledger, its disk, and Redis.
import { statfs } from 'node:fs/promises'
import { countStale } from '../ledger/archive.ts'
import { tablesBehind } from '../ledger/reseal.ts'
import { ledgerClock, ledgerSize } from '../ledger/waiting.ts'
import { type Fact, type Judge, told } from './fact.ts'
import type { HealthParts } from './parts.ts'

type Parts = Pick<HealthParts, 'database' | 'vault' | 'queue' | 'data' | 'now'>

/** How the ledger answers, how large it is, and the room that is left for it. */
export async function ledgerFacts({ database, vault, data, now }: Parts, judge: Judge): Promise<Fact[]> {
  const asked = now().getTime()
  const began = performance.now()
  const clock = await ledgerClock(database.query)
  const took = performance.now() - began
  const facts = [
    judge('ledger.reachable', null, took),
    judge('clock.ledger', null, (clock - asked - took / 2) / 1000),
    judge('key.sealing', null, await tablesBehind(database.query, vault)),
    judge('key.files', null, await countStale(database.query, vault.current())),
  ]
  if (data === undefined) return [...facts, judge('ledger.size', null, await ledgerSize(database.query))]
  const { bavail, bsize } = await statfs(data)
  return [...facts, judge('disk.free', null, bavail * bsize)]
}

/** Redis; nothing without it. */
export async function queueFacts({ queue, now }: Parts, judge: Judge): Promise<Fact[]> {
  if (!queue.store) return []
  const asked = now().getTime()
  const began = performance.now()
  const store = await queue.store()
  const took = performance.now() - began
  const { policy, memory, persistence } = store
  return [
    judge('queue.connected', null, took),
    told('queue.policy', null, policy, policy === 'noeviction' ? 'ok' : 'fail'),
    judge('queue.memory', null, memory),
    told('queue.persistence', null, persistence, persistence === 'failing' ? 'warn' : 'ok'),
    judge('clock.queue', null, (store.clock - asked - took / 2) / 1000),
  ]
}
