// Works on a lane: claims due heads, attempts them side by side, settles what is finished and claims again, in one
// transaction a turn. One slow reply never holds up the others of its lane.
import type { Guarantee } from '../config.ts'
import type { Database } from '../ledger/database.ts'
import {
  type Claimed,
  type Claims,
  type Lease,
  LostLease,
  leaveLane,
  nextDue,
  type Orphan,
  orphansOf,
  takeLane,
} from '../ledger/lane.ts'
import type { DeliveryId, Settlement } from '../ledger/settle.ts'
import type { Log } from '../log.ts'
import type { Breaker } from './breaker.ts'
import type { Wake } from './queue.ts'
import { createTurns } from './turns.ts'

/** What a lane's work needs to know of its system, and how a delivery is attempted. */
export type Work = {
  inFlight(system: string): number
  breaker(system: string): Breaker
  /**
   * makes one attempt and says what it means; never throws for bad data or a bad platform. Sends nothing once `held`
   * says no, and answers undefined then: the lane may have another owner.
   */
  attempt(delivery: Claimed, system: string, held: () => boolean): Promise<Settlement | undefined>
  /** settles what the last owner of a lane had under way: it may have been sent */
  orphaned(orphans: readonly Orphan[], system: string): Promise<Settlement[]>
  /** whether the canonical form of a message is at hand */
  has(message: string): boolean
  /** lanes of deliveries that `settled` set free */
  freed(settled: readonly Settlement[]): Wake[]
  /** hears how many turns shared each commit, and how many seconds it took */
  committed?: (turns: number, seconds: number) => void
  /** only in tests that must fail */
  without?: Guarantee | undefined
}

export type Runner = {
  /** serves a lane until nothing is due, or its turn has lasted long enough for others to want one */
  run(target: Wake): Promise<void>
  /** tells a run in this process that something new is due; false when the lane is not served here */
  nudge(target: Wake): boolean
  /** claims nothing new and waits for what is in flight, at most `deadline` ms */
  drain(deadline: number): Promise<void>
}

/** `room`: one more could be claimed, so that a nudge is worth a turn. */
type Active = { nudged: boolean; room: boolean; signal: () => void }

const leaseMs = 10_000
const heartbeat = 2_000
const linger = 4
const longest = 5_000
// after a turn that the ledger could not do, or an attempt that failed on our side
const rest = 500

/** Creates the runner of this process. `wake` goes through the queue. */
export function createRunner(
  database: Database,
  work: Work,
  wake: (target: Wake) => void,
  wakeAfter: (target: Wake, delay: number) => void,
  owner: string,
  log: Log,
): Runner {
  const active = new Map<string, Active>()
  const turns = createTurns(database, work.committed)
  let stopping = false

  const serve = async (lease: Lease, orphans: readonly DeliveryId[], own: Active): Promise<void> => {
    const target = { system: lease.system, lane: lease.lane }
    const inFlight = new Map<string, DeliveryId>()
    const breaker = work.breaker(lease.system)
    const began = Date.now()
    // by our own clock, from before the ledger was asked: never later than the lease in the ledger
    let leaseEnds = performance.now() + leaseMs
    const held = (): boolean => performance.now() < leaseEnds || work.without === 'fencing'
    let finished = await work.orphaned(await orphansOf(database.query, orphans), lease.system)

    const start = (delivery: Claimed): void => {
      inFlight.set(delivery.key, delivery)
      const done = (settlement: Settlement | undefined): void => {
        inFlight.delete(delivery.key)
        if (settlement) finished.push(settlement)
        own.signal()
      }
      work.attempt(delivery, lease.system, held).then(done, (error: Error) => {
        const { step, message } = delivery
        log.error('delivery.failed', { system: lease.system, step, message, error: error.message })
        // still due: claimed again at once it would only fail again
        setTimeout(done, rest, undefined)
      })
    }

    const turn = async (settled: readonly Settlement[], free: number): Promise<Claims> => {
      const asked = performance.now()
      // a copy: what finishes during the turn is settled by the next one, and stays claimed until then
      const known = new Map(inFlight)
      const { has, without } = work
      const claimed = await turns.add({ lease, settled, inFlight: known, free, has, leaseMs, without })
      leaseEnds = asked + leaseMs
      return claimed
    }

    const deliver = async (): Promise<void> => {
      for (;;) {
        const settled = finished
        finished = []
        own.nudged = false
        const rested = stopping || Date.now() - began > longest
        const limit = Math.min(work.inFlight(lease.system), breaker.allowance(Date.now()))
        const free = rested ? 0 : Math.max(0, limit - inFlight.size)
        let claims: Claims
        try {
          claims = await turn(settled, free)
        } catch (error) {
          if (error instanceof LostLease || isWritten(error) || !held()) throw error
          // the ledger was away for a moment: what is known is not thrown away while the lane is ours
          log.warn('lane.again', { ...target, error: (error as Error).message })
          finished = [...settled, ...finished]
          await new Promise((resolve) => setTimeout(resolve, rest))
          continue
        }
        for (const freed of work.freed(settled)) wake(freed)
        for (const delivery of claims.heads) start(delivery)
        if (claims.more) continue
        if (inFlight.size === 0 && finished.length === 0) {
          const again = !rested && own.nudged && breaker.wait(Date.now()) === 0
          if (again || !(await leaveLane(database.query, lease, rested))) continue
          if (rested && !stopping) wake(target)
          else await scheduleNext(target, breaker)
          return
        }
        own.room = !rested && inFlight.size < limit
        await pause(own, inFlight, () => finished.length)
      }
    }

    try {
      await deliver()
    } catch (error) {
      // what is under way ends before this process takes the lane again: one request a key, also then
      own.room = false
      while (inFlight.size > 0) {
        finished = []
        await pause(own, inFlight, () => finished.length)
      }
      throw error
    }
  }

  const scheduleNext = async (target: Wake, breaker: Breaker): Promise<void> => {
    const due = await nextDue(database.query, target.system, target.lane)
    const wait = breaker.wait(Date.now())
    if (wait > 0) wakeAfter(target, wait)
    else if (due !== undefined) wakeAfter(target, Math.max(1, due))
  }

  const nudge = (target: Wake): boolean => {
    const own = active.get(nameOf(target))
    if (!own) return false
    own.nudged = true
    if (own.room) own.signal()
    return true
  }

  const run = async (target: Wake): Promise<void> => {
    const name = nameOf(target)
    if (stopping || nudge(target)) return
    const own: Active = { nudged: false, room: false, signal: () => undefined }
    active.set(name, own)
    try {
      const taken = await takeLane(database.query, target.system, target.lane, owner, leaseMs)
      if (taken) await serve(taken.lease, taken.orphans, own)
    } catch (error) {
      const lost = error instanceof LostLease
      log.warn(lost ? 'lane.lost' : 'lane.failed', { ...target, error: (error as Error).message })
      // nobody else can have it before its lease ends
      if (!lost) setTimeout(() => void run(target), rest).unref()
    } finally {
      active.delete(name)
      if (own.nudged && !stopping) wake(target)
    }
  }

  return {
    run,
    nudge,
    drain: async (deadline) => {
      stopping = true
      const end = Date.now() + deadline
      for (const own of active.values()) own.signal()
      while (active.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
    },
  }
}

/** Waits until something is finished or nudged; then a moment more, so that one commit settles several. */
function pause(own: Active, inFlight: ReadonlyMap<string, unknown>, finished: () => number): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(end, heartbeat)
    let lingering = false
    function end(): void {
      clearTimeout(timer)
      own.signal = () => undefined
      resolve()
    }
    own.signal = () => {
      if (inFlight.size === 0 || finished() >= inFlight.size) return end()
      if (lingering) return
      lingering = true
      clearTimeout(timer)
      timer = setTimeout(end, linger)
    }
    if (finished() > 0 || (own.nudged && own.room)) own.signal()
  })
}

/** The turn was done, and only the answer was lost: the ledger has these attempts already. */
function isWritten(error: unknown): boolean {
  return (error as { code?: string }).code === '23505'
}

const nameOf = ({ system, lane }: Wake): string => `${system}/${lane}`
