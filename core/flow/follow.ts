// How the delivery thread goes by the files that the accepting half made current.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { Registry, Stored } from './registry.ts'

const rest = 1_000

/**
 * Makes a stored bundle current here, one at a time; when several come meanwhile, the newest. The ledger may be away for
 * a moment: it is tried until it works, and deliveries go on by what they are pinned to.
 */
export function createFollower(registry: Registry, log: Log): (stored: Stored) => void {
  let wanted: Stored | undefined
  let busy = false
  const work = async (): Promise<void> => {
    while (wanted) {
      const next = wanted
      try {
        await registry.adopt(next)
        if (wanted === next) wanted = undefined
      } catch (error) {
        log.warn('mappings.behind', { bundle: next.id, error: (error as Error).message.slice(0, 200) })
        await sleep(rest, undefined, { ref: false })
      }
    }
  }
  return (stored) => {
    wanted = stored
    if (busy) return
    busy = true
    void work().finally(() => {
      busy = false
    })
  }
}
