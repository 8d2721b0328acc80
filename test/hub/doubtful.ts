// A hub whose requests may have arrived without a reply, before platforms that do not recognise what they have: whatever
// is sent twice there has a second effect, and is noted.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { FaultName } from '../../sandbox/faults.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { mappings, type Posting, type Running, signatories, startRunning } from './running.ts'
import type { Pair } from './stores.ts'

export type Delivery = { step: string; state: string; attempts: number; reason: string | null }
export type Dossier = {
  state: string
  advice: { cause: string; en: string; zh: string } | null
  attempts: { outcome: string; status: number | null; reason: string | null }[]
}

export type Doubtful = {
  hub: Running
  /** posts for housing; answers the id */
  post(posting: Posting): Promise<string>
  /** waits until the steps of a message are in these states */
  becomes(id: string, states: Record<string, string>): Promise<Record<string, Delivery>>
  dossier(id: string, step: string): Promise<Dossier>
  /** the outcomes of a delivery so far */
  outcomes(id: string, step: string): Promise<string[]>
  /** the next requests of a platform meet these, one each */
  faults(system: string, ...names: FaultName[]): void
  /** what a platform says that was wrong with what came */
  violations(system: string): string[]
  close(): Promise<void>
}

/** how long a platform has to finish before it is asked, here (ms) */
export const after = 300

/** What a test writes into a shipped file in place of something that stands there, once or more often. */
export type Change = readonly [file: string, old: string, text: string]

const asked = ['province', 'elicence', 'supervision'].map(
  (name) => [`systems/${name}.yaml`, 'after: 5s', `after: ${after}ms`] as const,
)
const quick: readonly Change[] = [
  ...asked,
  ...[...asked.map(([file]) => file), 'systems/review.yaml', 'systems/eseal.yaml'].map(
    (file) => [file, 'first: 500ms', 'first: 20ms'] as const,
  ),
]

/** A copy of the shipped files in which platforms are asked soon; with changes of its own. */
export function quickMappings(changes: readonly Change[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-doubt-'))
  cpSync(mappings, folder, { recursive: true })
  for (const [file, old, text] of [...quick, ...changes]) {
    const before = readFileSync(join(folder, file), 'utf8')
    if (!before.includes(old)) throw new Error(`${file} has no "${old}"`)
    writeFileSync(join(folder, file), before.replaceAll(old, text))
  }
  return folder
}

/** For `vi.waitFor`, ms. */
export const patience = { timeout: 20_000, interval: 50 }

/** Starts it; every platform is forgetful. */
export async function startDoubtful(pair: Pair, changes: readonly Change[] = []): Promise<Doubtful> {
  const folder = quickMappings(changes)
  const hub = await startRunning(pair, { mappings: folder })
  for (const system of Object.keys(hub.sandbox.received().systems)) hub.sandbox.forgetful(system, true)
  const dossier = async (id: string, step: string): Promise<Dossier> =>
    (await hub.ops('GET', `/deliveries/${id}/${step}`)).json as Dossier
  return {
    hub,
    post: async (posting) => firstIn(await hub.post(signatories.housing, posting)).id,
    becomes: (id, states) =>
      vi.waitFor(async () => {
        const { deliveries } = (await hub.ops('GET', `/messages/${id}`)).json as { deliveries: Delivery[] }
        expect(Object.fromEntries(deliveries.map(({ step, state }) => [step, state]))).toMatchObject(states)
        return Object.fromEntries(deliveries.map((each) => [each.step, each]))
      }, patience),
    dossier,
    outcomes: async (id, step) => (await dossier(id, step)).attempts.map(({ outcome }) => outcome),
    faults: (system, ...names) => {
      for (const fault of names) hub.sandbox.fault({ system, fault, times: 1 })
    },
    violations: (system) => hub.sandbox.received().systems[system]?.violations ?? expect.fail(system),
    close: async () => {
      await hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
