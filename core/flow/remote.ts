// The delivering half in a thread of its own, seen from the accepting half.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import type { BreakerState } from './breaker.ts'
import type { Delivery } from './delivery.ts'
import type { Wake } from './queue.ts'
import type { Fresh } from './recent.ts'
import type { Stored } from './registry.ts'
import type { Vitals } from './vitals.ts'

// a thread that does not end by itself is ended, ms
const grace = 2_000
// how long a thread that lives may take to say how it is, ms
const patience = 2_000

/** What the thread tells. */
export type Told =
  | { told: 'ready' }
  | { told: 'failed'; message: string }
  | { told: 'breaker'; system: string; state: BreakerState }
  | { told: 'vitals'; vitals: Vitals }
/** What it is asked: to keep what was just accepted, to look at a lane, to go by other files, how it is, or to finish within `deadline` ms and end. */
export type Asked =
  | { asked: 'keep'; fresh: Fresh[] }
  | { asked: 'nudge'; target: Wake }
  | { asked: 'follow'; stored: Stored }
  | { asked: 'vitals' }
  | { asked: 'close'; deadline: number }

/**
 * Resolves when the thread delivers; rejects when it cannot start. `lost` is called when it ends unasked: half a
 * hub must not go on as if it were whole.
 */
export function remoteDelivery(worker: Worker, lost: (error: Error) => void): Promise<Delivery> {
  const breakers = new Map<string, BreakerState>()
  // before it delivers it has nothing to lose, and afterwards it may end when it is asked to
  let delivering = false
  let answered: ((vitals: Vitals) => void)[] = []
  const ask = (message: Asked): void => worker.postMessage(message)
  let fresh: Fresh[] = []
  const lend = (): void => {
    if (fresh.length > 0) ask({ asked: 'keep', fresh })
    fresh = []
  }
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const delivery: Delivery = {
    // the thread serves the lane itself, or hands the wake to the queue
    nudge: (target) => {
      lend()
      ask({ asked: 'nudge', target })
      return true
    },
    // as text, all of a commit at once: to read one back and open it costs several times as much
    keep: ({ id, text, uses }) => {
      if (fresh.push({ id, text, uses }) === 1) queueMicrotask(lend)
    },
    follow: (stored) => ask({ asked: 'follow', stored }),
    breaker: (system) => breakers.get(system) ?? 'closed',
    vitals: () => {
      ask({ asked: 'vitals' })
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          answered = answered.filter((each) => each !== answer)
          reject(new Error(`the delivery thread did not answer within ${patience} ms`))
        }, patience)
        const answer = (vitals: Vitals): void => {
          clearTimeout(late)
          resolve(vitals)
        }
        answered.push(answer)
      })
    },
    close: async (deadline) => {
      delivering = false
      ask({ asked: 'close', deadline })
      await Promise.race([ended, sleep(deadline + grace, undefined, { ref: false })])
      await worker.terminate()
    },
  }
  return new Promise((resolve, reject) => {
    worker.on('message', (message: Told) => {
      if (message.told === 'ready') {
        delivering = true
        resolve(delivery)
      }
      if (message.told === 'failed') reject(new Error(message.message))
      // in the order they were asked for
      if (message.told === 'vitals') answered.shift()?.(message.vitals)
      if (message.told === 'breaker') breakers.set(message.system, message.state)
    })
    const fail = (error: Error): void => {
      if (delivering) lost(error)
      else reject(error)
    }
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new Error(`the delivery thread ended with code ${code}`)))
  })
}
