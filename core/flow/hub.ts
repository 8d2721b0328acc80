// The accepting half of the hub, and the verbs of the whole.
import type { Guarantee } from '../config.ts'
import { QiaoError } from '../errors.ts'
import type { Database } from '../ledger/database.ts'
import type { Meter } from '../meter.ts'
import { type Accepted, createAcceptor, type Post, type Signer } from './accept.ts'
import type { BreakerState } from './breaker.ts'
import type { Delivery } from './delivery.ts'
import type { Gate } from './gate.ts'
import { planDeliveries } from './place.ts'
import type { Queue, Wake } from './queue.ts'
import type { Loaded } from './registry.ts'

export type HubParts = {
  database: Database
  queue: Queue
  signer: Signer
  delivery: Delivery
  /** posts that may wait for their commit */
  backlog: number
  /** why nothing may be accepted now */
  gate: Gate
  /** only in tests that must fail */
  without?: Guarantee | undefined
  meter: Meter
}

export type Hub = {
  /** accepts a post that was mapped with these files: their flows decide its deliveries, and it is pinned to them */
  accept(post: Omit<Post, 'bundle' | 'plan'> & { bundle: Loaded }): Promise<Accepted[]>
  /** wakes a lane, directly when it is being served here */
  wake(target: Wake): void
  breaker(system: string): BreakerState
  /** waits for posts under way and stops delivering; `deadline` in ms */
  close(deadline: number): Promise<void>
}

/** Puts the halves together. */
export function createHub(parts: HubParts): Hub {
  const { database, queue, signer, delivery, backlog, without, meter } = parts
  const wake = (target: Wake): void => {
    if (!delivery.nudge(target)) queue.wake(target)
  }
  const after = { wake, keep: delivery.keep }
  const acceptor = createAcceptor(database, signer, after, backlog, without, (posts, seconds) =>
    meter.commit('posts', posts, seconds),
  )
  return {
    accept: async ({ bundle, ...post }) => {
      const shut = parts.gate()
      if (shut) throw new QiaoError(shut.code, { detail: shut.detail })
      const plan: Post['plan'] = (record, acceptedAt) => planDeliveries(bundle, record, acceptedAt)
      const messages = await acceptor.accept({ ...post, bundle: bundle.id, plan })
      for (const { type, duplicate } of messages) meter.accepted(post.source, type, duplicate)
      return messages
    },
    wake,
    breaker: delivery.breaker,
    close: async (deadline) => {
      await acceptor.idle()
      await delivery.close(deadline)
    },
  }
}
