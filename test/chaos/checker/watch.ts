// Follows one receiver: what it took, what it took twice, and what came before its turn.
import { type Claim, createCount, placeOf } from './claims.ts'
import { nameOf, type Receiver } from './owed.ts'
import { type Arrival, arrivalsOf } from './receiver.ts'

/** What one receiver shows. */
export type Watch = {
  receiver: Receiver
  /** claims that have not arrived yet */
  open: Map<string, Claim>
  /** effects that happened, or were about to happen, a second time */
  repeated: ReturnType<typeof createCount>
  outOfOrder: ReturnType<typeof createCount>
  /** repeats that the receiver recognised and that changed nothing */
  recognised: number
  /** arrivals that nobody was promised */
  unpromised: number
  /** reads what is new; answers how many arrivals that was */
  look(): Promise<number>
}

/** Watches `receiver` of a sandbox for these claims. */
export function createWatch(sandbox: string, receiver: Receiver, claims: ReadonlyMap<string, Claim>): Watch {
  const newest = new Map<string, number>()
  let next = 0
  const watch: Watch = {
    receiver,
    open: new Map(claims),
    repeated: createCount(),
    outOfOrder: createCount(),
    recognised: 0,
    unpromised: 0,
    look: async () => {
      const before = next
      for await (const page of arrivalsOf(sandbox, systemOf(receiver), next)) {
        next = page.next
        for (const arrival of page.arrivals) take(arrival)
      }
      return next - before
    },
  }

  const take = (arrival: Arrival): void => {
    const { what, table, id, key, note = '' } = arrival
    // one journal tells what the province was pushed and what it pulled
    if ((table === 'feed' || note.startsWith('feed:')) !== (receiver === 'feed')) return
    if (what === 'order') watch.outOfOrder.add(note)
    if (what === 'second') watch.repeated.add(note)
    if (what !== 'kept' && what !== 'repeat') return
    if (what === 'repeat') watch.recognised++
    const place = placeOf({ table, name: nameOf(table, id, key) })
    const claim = claims.get(place)
    if (!claim) {
      watch.unpromised++
      return
    }
    if (what === 'kept' && !watch.open.delete(place)) watch.repeated.add(`${key} ${place}: a second time`)
    const last = newest.get(claim.key) ?? 0
    // a recognised repeat that comes after its successors would have set back a receiver that keeps the last state
    if (claim.seq < last) watch.outOfOrder.add(`${key} ${place}: ${what}, number ${claim.seq} after ${last}`)
    newest.set(claim.key, Math.max(last, claim.seq))
  }
  return watch
}

/** The feed is pulled by the province. */
export function systemOf(receiver: Receiver): string {
  return receiver === 'feed' ? 'province' : receiver
}
