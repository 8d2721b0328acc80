// Faults of the platforms: every kind the sandbox has, together one request in ten; and platforms that do not recognise a
// repeat.
import type { Random } from '../../sandbox/department/random.ts'

const systems = ['province', 'review', 'eseal', 'elicence', 'supervision'] as const
/** Those that can be asked what they have; the others are trusted to recognise it. */
export const askable: readonly string[] = ['province', 'elicence', 'supervision']
// what ends a session needs one; a platform that cannot be asked gets no time to finish what it is late with
const only: Readonly<Record<string, readonly string[]>> = {
  expired: ['elicence', 'supervision'],
  late: askable,
}

/** Every how many requests, and for how long. Primes, so that no two kinds always want the same request. */
const kinds = [
  { fault: 'reset-before', every: 79 },
  { fault: 'reset', every: 83 },
  { fault: '5xx', every: 89 },
  { fault: 'failure200', every: 97 },
  { fault: 'duplicate', every: 101 },
  { fault: 'cut', every: 103 },
  { fault: 'garbage', every: 107 },
  { fault: 'gb18030', every: 109 },
  { fault: 'skew', every: 113, ms: 600_000 },
  { fault: 'slow', every: 127, ms: 700 },
  // within the time a platform is given before it is asked
  { fault: 'late', every: 131, ms: 2_000 },
  // longer than a hub waits: every one holds a place for ten seconds
  { fault: 'timeout', every: 499, ms: 15_000 },
  { fault: 'expired', every: 149 },
] as const

/** Switches them on, in an order of their own for each system. */
export async function switchFaults(sandbox: string, random: Random): Promise<void> {
  for (const system of systems) {
    for (const kind of random.sample(kinds, kinds.length)) {
      if (only[kind.fault]?.includes(system) === false) continue
      await set(sandbox, { system, ...kind })
    }
  }
}

/** From now on these platforms do not recognise a record they have. */
export async function forget(sandbox: string, systems: readonly string[]): Promise<void> {
  for (const system of systems) await post(sandbox, 'forgetful', { system, is: true })
}

/** Switches all of them off. */
export async function switchOff(sandbox: string): Promise<void> {
  for (const system of systems) await set(sandbox, { system, off: true })
}

const set = (sandbox: string, change: object): Promise<void> => post(sandbox, 'faults', change)

async function post(sandbox: string, what: string, change: object): Promise<void> {
  const response = await fetch(`${sandbox}/control/${what}`, { method: 'POST', body: JSON.stringify(change) })
  if (!response.ok) throw new Error(`${what}: ${await response.text()}`)
}
