// What is opened again is overtaken by nothing, and what is corrected while it is under way is asked for as it was sent.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newAction } from '../../core/flow/action.ts'
import { newId } from '../../core/id.ts'
import { openDeliveries, saveCorrection } from '../../core/ledger/correction.ts'
import type { Database } from '../../core/ledger/database.ts'
import type { Claimed, Lease } from '../../core/ledger/lane.ts'
import { reopenDelivery } from '../../core/ledger/reopen.ts'
import { empty } from '../archive/ledger.ts'
import { pairs } from '../pairs.ts'
import { post, settled, take, turn, write } from './fixture.ts'

const actor = { operator: '王值班', reason: '平台要求补发' }

describe.each(pairs)('opened again on $name', (pair) => {
  let database: Database
  let lease: Lease
  beforeAll(async () => {
    database = await pair.database()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(database)
    lease = await take(database)
  })

  const deliver = async (key: string): Promise<Claimed> => {
    await write(database, post({ key }))
    const [claimed] = await turn(database, lease)
    if (!claimed) throw new Error('nothing was claimed')
    await turn(database, lease, [settled(claimed, 'delivered')], 0)
    return claimed
  }
  const again = ({ message, step }: Claimed) =>
    newAction({ ...actor, action: 'resend', message, step, detail: null })
  const actionOf = (claimed: Claimed) => ({ ...again(claimed), message: claimed.message, step: claimed.step })

  test('a later delivery that comes while it is opened waits behind it', async () => {
    const first = await deliver('case-1')
    let check: (() => void) | undefined
    const checked = new Promise<void>((resolve) => {
      check = resolve
    })
    let goOn: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const opening = database.transaction(async (query) => {
      const opened = await reopenDelivery(query, actionOf(first))
      check?.()
      await held
      return opened
    })
    await checked
    // the embedded ledger does one transaction after the other; a server does these beside the open one
    const written = write(database, post({ key: 'case-1' }), post({ key: 'case-2' }))
    const isServer = database.load().open > 1 || pair.name.startsWith('postgres')
    if (isServer) await written
    const claiming = turn(database, lease)
    const early = await Promise.race([claiming.then(() => 'claimed'), waiting(150)])
    expect(early).toBe('waits')
    goOn?.()
    expect(await opening).toMatchObject({ system: 'target', lane: 0 })
    await written
    const claimed = [...(await claiming), ...(await turn(database, lease, [], 16))]
    // the one that was opened, and the other key; nothing that would overtake it
    const ofFirst = claimed.filter(({ key }) => key === 'case-1')
    expect(new Set(ofFirst.map(({ message }) => message))).toEqual(new Set([first.message]))
    expect(claimed.some(({ key }) => key === 'case-2')).toBe(true)
  })

  test('it is refused behind a later one that is claimed, or done', async () => {
    const first = await deliver('case-1')
    await write(database, post({ key: 'case-1' }))
    const open = () => database.transaction((query) => reopenDelivery(query, actionOf(first)))
    expect(await open()).toBe('later')
    const [later] = await turn(database, lease)
    expect(later?.key).toBe('case-1')
    expect(await open()).toBe('later')
    await turn(database, lease, later ? [settled(later, 'delivered')] : [], 0)
    expect(await open()).toBe('later')
    const gone = { ...first, message: newId() }
    expect(await database.transaction((query) => reopenDelivery(query, actionOf(gone)))).toBe('gone')
  })
})

describe.each(pairs)('corrected for every step on $name', (pair) => {
  let database: Database
  let lease: Lease
  beforeAll(async () => {
    database = await pair.database()
    await empty(database)
    lease = await take(database)
  })
  afterAll(() => database.close())

  test('a step under way, or in doubt, goes on by what was sent; the others by the correction', async () => {
    const key = 'case-9'
    const steps = ['dead', 'flying', 'doubtful', 'waiting'].map((step) => ({
      step,
      system: 'target',
      key: `${key}/${step}`,
      lane: 0,
      state: step === 'waiting' ? ('held' as const) : ('ready' as const),
    }))
    await write(database, post({ key, deliveries: steps }))
    const claimed = await turn(database, lease)
    const of = (step: string): Claimed => {
      const found = claimed.find((each) => each.step === step)
      if (!found) throw new Error(`${step} was not claimed`)
      return found
    }
    const doubtful = settled(of('doubtful'), 'ready', { outcome: 'unknown', doubt: 'open' })
    await turn(database, lease, [settled(of('dead'), 'dead'), doubtful], 0, [of('flying')])

    const { message } = of('dead')
    const deed = newAction({ ...actor, action: 'correct', message, step: 'dead', detail: null })
    const canonical = '{"key":"mended"}'
    const saved = await saveCorrection(database, {
      ...deed,
      message,
      step: 'dead',
      base: null,
      everyStep: true,
      canonical,
      canonicalDigest: Buffer.alloc(32),
      bundle: 1,
    })
    expect(saved).toEqual([{ step: 'dead', system: 'target', lane: 0 }])
    const now = await openDeliveries(database.query, message)
    expect(Object.fromEntries(now.map((each) => [each.step, each.correction !== null]))).toEqual({
      dead: true,
      flying: false,
      doubtful: false,
      waiting: true,
    })
  })
})

const waiting = (ms: number) => new Promise<string>((resolve) => setTimeout(resolve, ms, 'waits'))
