// What a run takes of memory while it goes on.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** MB above those before the run, when a tenth, a half and all of it was done. */
type Growth = { '10%': number; '50%': number; '100%': number }

/**
 * `resident`: what the process holds, garbage that waits to be collected included, with the most it ever held; `live`:
 * what is left after a collection. Only the latter tells whether something grows.
 */
export type Memory = { resident: Growth & { most: number }; live: Growth }

const marks = [
  ['10%', 0.1],
  ['50%', 0.5],
  ['100%', 1],
] as const

/** Measures from now on; `page` is told how much of the run is done, again and again. */
export function measureMemory(): { page: (share: number) => void; read: () => Memory } {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  // what weak references held goes only in the round after
  const collect = (): void => {
    gc()
    gc()
  }
  collect()
  const start = now()
  const memory: Memory = {
    resident: { '10%': 0, '50%': 0, '100%': 0, most: 0 },
    live: { '10%': 0, '50%': 0, '100%': 0 },
  }
  let passed = 0
  return {
    page: (share) => {
      const resident = Math.round(now().resident - start.resident)
      memory.resident.most = Math.max(memory.resident.most, resident)
      for (let mark = marks[passed]; mark !== undefined && share >= mark[1]; mark = marks[++passed]) {
        collect()
        memory.resident[mark[0]] = resident
        memory.live[mark[0]] = Math.round(now().live - start.live)
      }
    },
    read: () => memory,
  }
}

function now(): { resident: number; live: number } {
  const { rss, heapUsed, external } = process.memoryUsage()
  return { resident: rss / 1e6, live: (heapUsed + external) / 1e6 }
}
