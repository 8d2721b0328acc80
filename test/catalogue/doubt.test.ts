// Known ways to lose, repeat or reorder messages (docs/catalogue.md), the row about requests that may have arrived.
import { describe, expect, test } from 'vitest'
import { compileBundle } from '../../core/flow/bundle.ts'
import { attemptDelivery, type Pinned } from '../../core/flow/deliver.ts'
import { mayHaveArrived, type Repeat } from '../../core/flow/doubt.ts'
import { failed, type Link, type Tools } from '../../core/flow/exchange.ts'
import { orphanSettlement, settlementOf } from '../../core/flow/settlement.ts'
import type { Claimed } from '../../core/ledger/lane.ts'
import type { Settlement } from '../../core/ledger/settle.ts'
import { type File, files } from '../flow/small.ts'

const plain = { systems: {} }
const needed: readonly File[] = [
  'canonical/thing.done.yaml',
  'schemas/store/put.yaml',
  'schemas/department/thing.yaml',
  'department/thing.yaml',
  'systems/department.yaml',
  'store/drop.yaml',
]

describe('the catalogue of platforms that stay silent', () => {
  const retry = { first: 1_000, factor: 2, max: 60_000, attempts: undefined }
  const drop = '  drop: { takes: store/drop, path: /drop }\n'
  const found = '{ when: { status: 200 }, answer: found }'
  const find = `  find: { takes: store/drop, path: /find, answers: [${found}, { when: { status: 404 }, answer: absent }] }\n`
  /** The delivery of a record to an operation that is declared so, by a link that is told what to do. */
  function pinned(more: string, link: Pick<Link, 'exchange' | 'ask'>): Pinned & { repeat: Repeat } {
    const declared = drop.replace(' }', `${more} }`)
    const bundle = compileBundle(
      {
        ...Object.fromEntries(needed.map((name) => [name, files[name]])),
        'systems/store.yaml': files['systems/store.yaml'].replace(
          drop,
          declared + (more.includes('find') ? find : ''),
        ),
        'schemas/store/drop.yaml': files['schemas/store/drop.yaml'].replace('req: N', 'req: Y'),
        'flows/thing.done.yaml':
          'steps:\n  - { step: drop, system: store, operation: drop, mapping: store/drop }\n',
      },
      [],
      plain,
    )
    const step = bundle.flows.get('thing.done')?.steps.get('drop')
    const system = bundle.systems.get('store')
    const operation = system?.operations.get('drop')
    if (!step || !system || !operation) throw new Error('no step')
    return { bundle, step, system, repeat: operation.repeat, link: link as Link }
  }
  /** Attempts it over and over, as long as its settlement says so; answers what went out, and the last settlement. */
  async function storm(more: string, without?: 'asking'): Promise<{ went: string[]; last: Settlement }> {
    const went: string[] = []
    const silent = (what: string) => async () => {
      went.push(what)
      return { ...failed('unknown', 'no answer in time'), sent: Buffer.of(1) }
    }
    const way = pinned(more, { exchange: silent('sent'), ask: silent('asked') })
    const { key, acceptedAt, ...rest } = { key: 'a', acceptedAt: new Date(), attempts: 0, correction: null }
    let delivery: Claimed = {
      ...{ message: 'm', step: 'drop', key, type: 'thing.done', source: 'department', bundle: 1 },
      ...{ doubt: null, canonical: undefined, acceptedAt, trace: null, ...rest },
    }
    const tools = { adapters: new Map(), keys: {} as Tools['keys'], now: () => new Date(), held: () => true }
    for (;;) {
      const attempted = await attemptDelivery(delivery, { no: 'a' }, way, {}, { ...tools, without })
      if (!attempted) throw new Error('no attempt')
      const timing = { startedAt: new Date(), duration: 1 }
      const last = settlementOf(delivery, attempted, timing, { retry, repeat: way.repeat }, [])
      if (last.state !== 'ready' || last.number === 20) return { went, last }
      delivery = { ...delivery, attempts: last.number, doubt: last.doubt }
    }
  }

  test('07 no acknowledgement, so it is sent again and again: what may have arrived is asked for, or left to a person', async () => {
    const query = ', query: { operation: find, by: { NO: NO }, after: 5m }'
    const asked = await storm(query)
    expect(asked.went).toEqual(['sent', ...Array.from({ length: 19 }, () => 'asked')])
    // it is given its time before it is asked
    expect(asked.last).toMatchObject({ state: 'ready', doubt: 'open', delay: 300_000 })
    // without the guarantee it is the storm
    expect((await storm(query, 'asking')).went).toEqual(Array.from({ length: 20 }, () => 'sent'))

    const left = await storm('')
    expect(left.went).toEqual(['sent'])
    expect(left.last).toMatchObject({ state: 'dead', doubt: 'open' })
    expect(left.last.reason).toContain(mayHaveArrived)
    // the platform recognises what it has: only then it is simply sent
    expect(new Set((await storm(', repeat: safe')).went)).toEqual(new Set(['sent']))

    // the same holds when it is our process that went silent
    const orphan = { message: 'm', step: 'drop', key: 'a', type: 't', bundle: 1, attempts: 0, doubt: null }
    const died = orphanSettlement(orphan, new Date(), { retry, repeat: 'ask' })
    expect(died).toMatchObject({ state: 'dead', doubt: 'open', outcome: 'unknown' })
  })
})
