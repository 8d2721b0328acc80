// A day that cannot become a link of the chain shuts intake, and what was accepted before is delivered all the same.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openKeyStore } from '../../certs/store.ts'
import { closeDays } from '../../core/flow/close-days.ts'
import { hubSigner } from '../../core/flow/hub-key.ts'
import { newId } from '../../core/id.ts'
import { addEvidence } from '../../core/ledger/chain.ts'
import { addDays, localDay } from '../../core/time.ts'
import { openLedger } from '../../ledger.ts'
import { silent } from '../pairs.ts'
import { type Running, startRunning } from './running.ts'
import { expectDeliveryWhileShut } from './shut.ts'
import { pairs } from './stores.ts'

const [, shared] = pairs
if (!shared) throw new Error('no pair')

let hub: Running
beforeAll(async () => {
  hub = await startRunning(shared, { config: { proofGrace: 1 } })
})
afterAll(() => hub?.close())

test('deliveries go on while a day cannot be proved', { timeout: 60_000 }, () => {
  const day = addDays(localDay(new Date()), -3)
  return expectDeliveryWhileShut(hub, {
    code: 'hub.unproved',
    shut: () => refuseLink(day),
    open: () => addLink(day),
  })
})

/** The day is long over, and the ledger refuses its link. */
function refuseLink(day: string): Promise<void> {
  const root = Buffer.alloc(32)
  return hub.look(async (query) => {
    await query(`CREATE FUNCTION no_link() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE 'no link today'; END $$`)
    await query('CREATE TRIGGER no_link BEFORE INSERT ON evidence_day EXECUTE FUNCTION no_link()')
    await addEvidence(query, {
      id: newId(),
      kind: 'attempts',
      day,
      size: 1,
      root,
      signature: null,
      key_id: null,
    })
  })
}

/** It takes it again, and one of the hubs closes the day. */
async function addLink(day: string): Promise<void> {
  await hub.look((query) => query('DROP TRIGGER no_link ON evidence_day'))
  const { database } = await openLedger(hub.config, { log: silent, connections: 1 })
  try {
    const signer = hubSigner(openKeyStore(hub.keys).privateKey('hub'))
    expect(await closeDays(database, signer, new Date())).toContain(day)
  } finally {
    await database.close()
  }
}
