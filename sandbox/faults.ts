// Faults by switch, in one place around every platform route. What a fault does is told by the route's own words, so a
// platform knows nothing of faults.

import { type Book, Refusal } from './ledger.ts'
import type { Incoming, Platform, Route } from './platform.ts'

/** All faults; see `perform` for what each does. */
export const faultNames = [
  'slow',
  '5xx',
  'failure200',
  'duplicate',
  'reset',
  'reset-before',
  'late',
  'expired',
  'gb18030',
  'skew',
  'timeout',
  'cut',
  'garbage',
] as const
export type FaultName = (typeof faultNames)[number]

/**
 * A switch. `times`: the next n requests (default 1 unless `every` is given); `every`: each n-th request, for ever or up
 * to `times`. `ms`: delay of slow and late (default 3000), silence of timeout (30000), error of the clock of skew (600000,
 * may be negative).
 */
export type FaultSwitch = {
  system: string
  fault?: FaultName | undefined
  times?: number | undefined
  every?: number | undefined
  ms?: number | undefined
  asked?: number | undefined
  /** Removes this fault, or all of the system when none is named. */
  off?: boolean | undefined
}

/** A fault that is on. `done`: how often it has struck. */
export type ActiveFault = {
  system: string
  fault: FaultName
  left: number
  every: number
  ms: number
  asked: number | undefined
  done: number
}

type Kind = Pick<Route, 'effect' | 'signsIn'>

/** The switchboard. */
export type Faults = {
  set(change: FaultSwitch): void
  list(): ActiveFault[]
  /** The fault that strikes this request, if any; at most one does. */
  next(system: string, route: Kind): ActiveFault | undefined
}

/** Nothing is on at first. */
export function createFaults(): Faults {
  let active: (ActiveFault & { seen: number })[] = []

  return {
    set({ system, fault, times, every, ms, asked, off }) {
      active = active.filter((one) => one.system !== system || (fault !== undefined && one.fault !== fault))
      if (off || fault === undefined) return
      const left = times ?? (every === undefined ? 1 : Number.POSITIVE_INFINITY)
      const rest = { left, every: every ?? 1, ms: ms ?? usualMs(fault), asked, done: 0, seen: 0 }
      active.push({ system, fault, ...rest })
    },
    list: () => active.map(({ seen, ...fault }) => fault),
    next(system, route) {
      let struck: ActiveFault | undefined
      for (const fault of active) {
        if (fault.system !== system || isIdle(fault.fault, route)) continue
        fault.seen++
        if (struck || fault.left <= 0 || fault.seen % fault.every !== 0) continue
        fault.left--
        fault.done++
        struck = fault
      }
      active = active.filter((fault) => fault.left > 0)
      return struck
    },
  }
}

function usualMs(fault: FaultName): number {
  return { skew: 600_000, timeout: 30_000 }[fault as string] ?? 3000
}

/** Nothing exists already of a question; signing in needs no session. */
function isIdle(fault: FaultName, { effect, signsIn = false }: Kind): boolean {
  return (fault === 'duplicate' && !effect) || (fault === 'expired' && signsIn)
}

/** What goes back; `cut`: half of it, then the connection is destroyed; `reset`: nothing, it is destroyed at once. */
export type Reply = { status: number; body: unknown; charset: 'utf-8' | 'gb18030'; cut?: boolean } | 'reset'

const down: Reply = {
  status: 503,
  body: '<html><h1>503 Service Temporarily Unavailable</h1></html>',
  charset: 'utf-8',
}
const foreign: Reply = {
  status: 200,
  body: '<html><title>上网认证</title>请先登录校园网 \u0000\u0001</html>',
  charset: 'utf-8',
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref())

/** Handles one request of a platform under a fault or none. */
export async function perform(
  platform: Platform,
  route: Route,
  request: Incoming,
  fault: ActiveFault | undefined,
): Promise<Reply> {
  if (fault?.fault === 'reset-before') return 'reset'
  if (fault?.fault === '5xx') return down
  if (fault?.fault === 'garbage') return foreign // a device on the way answered: nothing has arrived
  if (fault?.fault === 'failure200') return { status: 200, body: route.words.busy, charset: 'utf-8' }
  if (fault?.fault === 'late') {
    // the sender has gone when the platform gets to it
    const later = fault.asked === undefined ? wait(fault.ms) : answered(platform, fault.asked)
    void later.then(() => run(platform.book, route, request))
    return 'reset'
  }
  if (fault?.fault === 'expired') platform.expire?.()
  const now = fault?.fault === 'skew' ? request.now + fault.ms : request.now
  const { body, ok } = run(platform.book, route, { ...request, now })
  if (route.asks) tellAnswered(platform)
  if (fault?.fault === 'reset') return 'reset' // the effect has happened
  if (fault?.fault === 'slow' || fault?.fault === 'timeout') await wait(fault.ms)
  if (fault?.fault === 'timeout') return 'reset'
  if (fault?.fault === 'duplicate' && ok && route.words.duplicate) {
    return { status: 200, body: route.words.duplicate, charset: 'utf-8' }
  }
  const charset = fault?.fault === 'gb18030' ? 'gb18030' : 'utf-8'
  return { status: 200, body, charset, cut: fault?.fault === 'cut' }
}

const waiting = new WeakMap<Platform, { left: number; resolve: () => void }[]>()

/** Resolves when the platform has answered `count` questions more. */
function answered(platform: Platform, count: number): Promise<void> {
  const those = waiting.get(platform) ?? []
  waiting.set(platform, those)
  return new Promise((resolve) => those.push({ left: count, resolve }))
}

function tellAnswered(platform: Platform): void {
  for (const one of waiting.get(platform) ?? []) if (--one.left === 0) one.resolve()
}

function run(book: Book, route: Route, request: Incoming): { body: unknown; ok: boolean } {
  try {
    return { body: route.handle(request), ok: true }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    book.refuse()
    if (error.violation) book.violate(error.breaks, error.violation)
    return { body: route.words.refused(error.code, error.message), ok: false }
  }
}
