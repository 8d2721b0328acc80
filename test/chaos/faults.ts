// Faults of the platforms: every kind the sandbox has, together one request in ten.
import type { Random } from '../../sandbox/department/random.ts'

const systems = ['province', 'review', 'eseal', 'elicence', 'supervision'] as const
const withSessions = new Set<string>(['elicence', 'supervision'])

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
  // longer than a hub waits: every one holds a place for ten seconds
  { fault: 'timeout', every: 499, ms: 15_000 },
  { fault: 'expired', every: 149 },
] as const

/** Switches them on, in an order of their own for each system. */
export async function switchFaults(sandbox: string, random: Random): Promise<void> {
  for (const system of systems) {
    for (const kind of random.sample(kinds, kinds.length)) {
      if (kind.fault === 'expired' && !withSessions.has(system)) continue
      await set(sandbox, { system, ...kind })
    }
  }
}

/** Switches all of them off. */
export async function switchOff(sandbox: string): Promise<void> {
  for (const system of systems) await set(sandbox, { system, off: true })
}

async function set(sandbox: string, change: object): Promise<void> {
  const response = await fetch(`${sandbox}/control/faults`, { method: 'POST', body: JSON.stringify(change) })
  if (!response.ok) throw new Error(`faults: ${await response.text()}`)
}
