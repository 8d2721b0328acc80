// Known ways to lose, repeat or reorder messages (docs/catalogue.md), rows about what is due and
// which files a message goes by: each test is named by its row.
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileBundle, type Files } from '../../core/flow/bundle.ts'
import type { Tools } from '../../core/flow/exchange.ts'
import { openRegistry } from '../../core/flow/registry.ts'
import type { Database } from '../../core/ledger/database.ts'
import { factIn, type Stage, setStage } from '../health/stage.ts'
import { post, settled, take, turn, write } from '../ledger/fixture.ts'
import { pairs } from '../pairs.ts'

const plain = { systems: {} }

describe.each(pairs)('the catalogue over $name', (pair) => {
  let database: Database
  let stage: Stage
  beforeAll(async () => {
    database = await pair.database()
    stage = setStage(database)
  })
  afterAll(async () => {
    await database.close()
    if (stage.parts.data) rmSync(stage.parts.data, { recursive: true, force: true })
  })

  test('04 a worker is alive but deaf: the age of what is due says so, when everything else is well', async () => {
    await write(database, post({ key: 'waits' }))
    const lease = await take(database)
    const limits = { 'delivery.due': { warn: 60, fail: 300 } }
    const due = async () => factIn(await stage.report({ limits }), 'delivery.due', 'target')
    expect((await due())?.state).toBe('ok')
    await database.query(`UPDATE delivery SET due_at = due_at - interval '10 min'`)
    expect(await due()).toEqual({ state: 'fail', value: expect.closeTo(600, -2) })
    expect(factIn(await stage.report({ limits }), 'delivery.half')?.state).toBe('ok')
    const [claimed] = await turn(database, lease)
    if (!claimed) throw new Error('nothing was claimed')
    await turn(database, lease, [settled(claimed, 'delivered')], 0)
    expect(await due()).toEqual({ state: 'ok', value: 0 })
  })

  test('11 a new configuration is applied to old messages: a message goes by the files it was accepted with', async () => {
    const address = (port: number): Files => ({
      'systems/target.yaml': `kind: x
title: X
url: http://127.0.0.1:${port}/x
operations: { put: { path: /put } }
replies: [{ when: { status: 200 }, outcome: delivered }]
`,
    })
    const open = (port: number) =>
      openRegistry(database, [], {} as Tools, { files: address(port), overlay: plain })
    const registry = await open(1)
    const old = registry.current()
    await write(database, { ...post({ key: 'old' }), bundle: old.id })
    const next = await registry.use(compileBundle(address(2), [], plain), plain)
    await write(database, { ...post({ key: 'new' }), bundle: next.id })
    await registry.release()
    // a process that starts now takes the old files from the ledger
    const other = await open(2)
    await database.query('UPDATE lane SET lease_until = NULL, owner = NULL')
    const claimed = await turn(database, await take(database))
    const urls = claimed.map(async ({ key, bundle }) => {
      const ways = await Promise.all([registry.pinned(bundle), other.pinned(bundle)])
      return [key, ...ways.map(({ systems }) => systems.get('target')?.url)]
    })
    expect(await Promise.all(urls)).toEqual([
      ['old', 'http://127.0.0.1:1/x', 'http://127.0.0.1:1/x'],
      ['new', 'http://127.0.0.1:2/x', 'http://127.0.0.1:2/x'],
    ])
  })
})
