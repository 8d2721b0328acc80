// The control API of tests, the demo and partners: faults, who recognises repeats, counts, where the hub is, stop.

import { type FaultName, type FaultSwitch, type Faults, faultNames } from './faults.ts'
import type { Puller } from './feed.ts'
import { type Book, Refusal, type Summary } from './ledger.ts'
import { jsonObject, type Platform } from './platform.ts'
import type { Supplements } from './supplement.ts'

/** What the control API steers. `stop` ends the whole sandbox. */
export type Controlled = {
  platforms: readonly Platform[]
  faults: Faults
  puller: Puller
  stop(): void
}

/** Counts of all platforms. */
export type Received = { systems: Record<string, Summary> }

/** What `GET /control/received` tells. */
export function receivedOf(platforms: readonly Platform[]): Received {
  return { systems: Object.fromEntries(platforms.map(({ name, book }) => [name, book.summary()])) }
}

/** The reply to a control request, or undefined when there is no such address. Throws Refusal for a bad body. */
export function control(controlled: Controlled, method: string, url: URL, body: Buffer): unknown {
  const { platforms, faults, puller } = controlled
  switch (`${method} ${url.pathname}`) {
    case 'GET /control/received':
      return receivedOf(platforms)
    case 'GET /control/records': {
      const platform = platforms.find(({ name }) => name === url.searchParams.get('system'))
      return { records: platform?.book.records() ?? [] }
    }
    case 'GET /control/arrivals': {
      const { book } = platformOf(platforms, url.searchParams.get('system'))
      const [after, limit] = ['after', 'limit'].map((name) => Number(url.searchParams.get(name)))
      return book.arrivals(after || 0, limit || 1000)
    }
    case 'POST /control/held': {
      const { system, records } = jsonObject(body)
      return { held: heldOf(platformOf(platforms, system).book, records) }
    }
    case 'POST /control/spoil': {
      const { system, records = [], ...wish } = jsonObject(body)
      const [lose, add, alter] = ['lose', 'add', 'alter'].map((name) => Number(wish[name] ?? 0))
      const { book } = platformOf(platforms, system)
      return book.spoil({ lose: lose ?? 0, add: add ?? 0, alter: alter ?? 0, records: pairsOf(records) })
    }
    case 'POST /control/supplements': {
      const { system, tasks } = jsonObject(body)
      return { tasks: supplementsOf(platforms, system).put(tasks) }
    }
    case 'GET /control/supplements': {
      const supplements = supplementsOf(platforms, url.searchParams.get('system'))
      return { open: supplements.open(), told: supplements.told() }
    }
    case 'GET /control/faults':
      return { faults: faults.list() }
    case 'POST /control/faults':
      faults.set(readSwitch(jsonObject(body), platforms))
      return { faults: faults.list() }
    case 'POST /control/forgetful': {
      const { system, is } = jsonObject(body)
      const { name, book } = platformOf(platforms, system)
      if (typeof is !== 'boolean') throw new Refusal('1001', 'is: true or false')
      book.forget(is)
      return { system: name, forgetful: is }
    }
    case 'POST /control/hub': {
      const { url: hub } = jsonObject(body)
      if (typeof hub !== 'string' || !URL.canParse(hub)) throw new Refusal('1001', 'url: an absolute address')
      puller.start(hub)
      return { url: hub }
    }
    case 'POST /control/stop':
      controlled.stop()
      return { stopping: true }
    default:
      return undefined
  }
}

/** A platform by its name; throws Refusal when there is none. */
export function platformOf(platforms: readonly Platform[], system: unknown): Platform {
  const platform = platforms.find(({ name }) => name === system)
  if (!platform) throw new Refusal('1001', `system: one of ${platforms.map(({ name }) => name).join(', ')}`)
  return platform
}

/** One answer per `[table, id or business number]`: whether the platform holds it. */
function heldOf(book: Book, records: unknown): boolean[] {
  return pairsOf(records).map(([table, name]) => book.has(table, name) || book.hasNumber(table, name))
}

/** `[[table, id], …]`; throws Refusal for anything else. */
function pairsOf(records: unknown): (readonly [string, string])[] {
  const pairs = Array.isArray(records) ? (records as unknown[]) : [undefined]
  return pairs.map((pair) => {
    const [table, name] = Array.isArray(pair) ? (pair as unknown[]) : []
    if (typeof table !== 'string' || typeof name !== 'string')
      throw new Refusal('1001', 'records: [table, id] …')
    return [table, name] as const
  })
}

/** The supplement tasks of a platform; throws Refusal when it hands out none. */
function supplementsOf(platforms: readonly Platform[], system: unknown): Supplements {
  const { name, supplements } = platformOf(platforms, system)
  if (!supplements) throw new Refusal('1001', `system: ${name} hands out no tasks`)
  return supplements
}

/** Checks a switch as it came; throws Refusal naming the member that is wrong. */
export function readSwitch(value: Record<string, unknown>, platforms: readonly Platform[]): FaultSwitch {
  const { system, fault, times, every, ms, asked, off, ...unknown } = value
  const platform = platformOf(platforms, system)
  for (const name of Object.keys(unknown)) throw new Refusal('1001', `${name}: unknown member`)
  if (fault === undefined ? off !== true : !faultNames.some((name) => name === fault)) {
    throw new Refusal('1001', `fault: one of ${faultNames.join(', ')}`)
  }
  if (fault === 'expired' && !platform.expire)
    throw new Refusal('1001', `fault: ${platform.name} has no sessions`)
  return {
    system: platform.name,
    fault: fault as FaultName | undefined,
    times: whole('times', times, 1),
    every: whole('every', every, 1),
    ms: whole('ms', ms, -86_400_000),
    asked: whole('asked', asked, 1),
    off: off === true,
  }
}

function whole(name: string, value: unknown, least: number): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new Refusal('1001', `${name}: a whole number`)
  return value as number
}
