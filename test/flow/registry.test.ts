// Which bundles a process holds: the current one, the pinned ones, and nothing more.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileBundle, digestOf, type Files, packFiles } from '../../core/flow/bundle.ts'
import type { Tools } from '../../core/flow/exchange.ts'
import { openRegistry, type Registry, type Stored } from '../../core/flow/registry.ts'
import { type Attempt, createReload, type Reload } from '../../core/flow/reload.ts'
import { newId } from '../../core/id.ts'
import { saveBundle } from '../../core/ledger/bundle.ts'
import type { Database } from '../../core/ledger/database.ts'
import type { Keys } from '../../core/signing/keys.ts'
import { pairs, silent } from '../pairs.ts'

const plain = { systems: {} }
const system = (lanes: number, extra = ''): string => `kind: x
title: X
url: http://127.0.0.1:1/x
lanes: ${lanes}
operations: { put: { path: /put } }
replies: [{ when: { status: 200 }, outcome: delivered }]
${extra}`
const files = (changes: Files = {}): Files => ({
  'systems/a.yaml': system(2),
  'systems/b.yaml': system(2),
  ...changes,
})
const compile = (changes?: Files, overlay = plain) => compileBundle(files(changes), [], overlay)

describe.each(pairs)('the registry on $name', (pair) => {
  let database: Database
  let registry: Registry
  const open = (first: { files: Files; overlay: typeof plain } | Stored): Promise<Registry> =>
    openRegistry(database, [], {} as Tools, first)
  beforeAll(async () => {
    database = await pair.database()
    registry = await open({ files: files(), overlay: plain })
  })
  afterAll(() => database.close())

  /** a message pinned to a bundle, with one delivery in this state */
  const pin = async (bundle: number, state: string): Promise<void> => {
    const id = newId()
    await database.query(
      `INSERT INTO message (id, source, type, key, deduplication, payload, content_digest, canonical, canonical_digest,
         bundle, accepted_at, evidence, leaf, path) VALUES ($1::uuid, 's', 't', $1::text, $1::text, '', '', '{}', '', $2, now(), $1::uuid, 0, '')`,
      [id, bundle],
    )
    await database.query(
      `INSERT INTO delivery (message, step, system, key, lane, state) VALUES ($1::uuid, 'push', 'a', $1::text, 0, $2)`,
      [id, state],
    )
  }
  const lanesOf = async (name: string): Promise<number> => {
    const rows = await database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM lane WHERE system = $1',
      [name],
    )
    return rows[0]?.n ?? 0
  }

  test('what becomes current has its lanes in the ledger; a system that did not change keeps its link', async () => {
    const first = registry.current()
    const told: Stored[] = []
    registry.onChange((stored) => told.push(stored))
    const next = await registry.use(
      compile({ 'systems/a.yaml': system(5), 'systems/new.yaml': system(3) }),
      plain,
    )
    expect(registry.current()).toBe(next)
    expect([await lanesOf('a'), await lanesOf('b'), await lanesOf('new')]).toEqual([5, 2, 3])
    expect(next.links.get('b')).toBe(first.links.get('b'))
    expect(next.links.get('a')).not.toBe(first.links.get('a'))
    expect(told).toEqual([{ id: next.id, overlay: plain }])
    expect(await registry.pinned(first.id)).toBe(first)
  })

  test('files that an older hub accepted still serve what is pinned to them; a warning tells what is wrong today', async () => {
    const wrong = files({
      'codes/left.yaml': 'title: left\ncodes: { "1": { zh: 一 } }\nmaps: { a: { x: "2" } }\n',
    })
    expect(() => compileBundle(wrong, [], plain)).toThrow('"2" is no code of this table')
    const id = await saveBundle(database.query, digestOf(wrong), packFiles(wrong))
    const pinned = await registry.pinned(id)
    expect([...pinned.systems.keys()]).toEqual(['a', 'b'])
    expect(pinned.warnings.map(({ file, line }) => `${file}:${line}`)).toEqual(['codes/left.yaml:3'])
  })

  test('the number of a set of files is one, whatever was current between', async () => {
    const before = registry.current()
    const first = await registry.use(compile(), plain)
    expect(first.id).toBeLessThan(before.id)
    expect((await registry.use(compile(before.files), plain)).id).toBe(before.id)
  })

  test('versions counts what is to be done; release lets go what nothing rests on', async () => {
    const current = registry.current()
    const old = await registry.use(compile({ 'systems/c.yaml': system(1) }), plain)
    await registry.use(compile(current.files), plain)
    await pin(old.id, 'ready')
    await pin(old.id, 'dead')
    await pin(old.id, 'delivered')
    expect(await registry.versions()).toEqual([
      expect.objectContaining({ id: current.id, current: true, open: 0, dead: 0 }),
      expect.objectContaining({ id: old.id, digest: old.digest, current: false, open: 1, dead: 1 }),
    ])
    await registry.release()
    expect(await registry.pinned(old.id)).toBe(old)
    expect(registry.system('c')?.name).toBe('c')
    await database.query(`UPDATE delivery SET state = 'skipped' WHERE state IN ('ready', 'dead')`)
    await registry.release()
    expect(registry.system('c')).toBeUndefined()
    // needed once more: from the ledger
    const again = await registry.pinned(old.id)
    expect(again).not.toBe(old)
    expect([again.digest, again.systems.has('c')]).toEqual([old.digest, true])
  })

  test('another process takes a bundle from the ledger, with the addresses of its environment', async () => {
    const overlay = { systems: { a: { url: 'http://127.0.0.1:2/y', settings: {} } } }
    const other = await open({ id: registry.current().id, overlay: plain })
    expect(other.current().digest).toBe(registry.current().digest)
    const pinned = await other.pinned(1)
    expect(pinned.systems.get('a')?.url).toBe('http://127.0.0.1:1/x')
    await other.adopt({ id: registry.current().id, overlay })
    for (const id of [1, other.current().id]) {
      expect((await other.pinned(id)).systems.get('a')?.url).toBe('http://127.0.0.1:2/y')
    }
    await expect(other.adopt({ id: 9999, overlay: plain })).rejects.toThrow('the ledger has no bundle 9999')
    expect(other.overlay()).toEqual(overlay)
  })

  describe('a reload', () => {
    const keys = { secret: () => 'x' } as unknown as Keys
    let reload: Reload
    beforeAll(() => {
      reload = createReload({ registry, adapters: [], keys, log: silent })
    })

    test('waits for the one before it, and takes what it finds when its turn comes', async () => {
      let reading = 0
      let most = 0
      const read = (lanes: number) => async () => {
        most = Math.max(most, ++reading)
        await new Promise((resolve) => setTimeout(resolve, 20))
        reading--
        return { files: files({ 'systems/a.yaml': system(lanes) }), overlay: plain }
      }
      const attempts = await Promise.all([8, 9, 9, 8].map((lanes) => reload.reload(read(lanes))))
      expect(attempts.map(({ ok, changed }) => [ok, changed])).toEqual([
        [true, true],
        [true, true],
        [true, false],
        [true, true],
      ])
      expect([most, registry.current().systems.get('a')?.lanes]).toEqual([1, 8])
    })

    test('a ledger that fails changes nothing, and the same files are worth another try', async () => {
      let away = false
      const query: Database['query'] = (...asked) =>
        away ? Promise.reject(new Error('connection lost')) : database.query(...asked)
      const first = { files: files(), overlay: plain }
      const cut = await openRegistry({ ...database, query }, [], {} as Tools, first)
      const before = cut.current()
      const own = createReload({ registry: cut, adapters: [], keys, log: silent })
      const read = () => ({ files: files({ 'systems/z.yaml': system(1) }), overlay: plain })
      away = true
      const attempt = await own.reload(read)
      expect(attempt).toMatchObject({ ok: false, again: true, problems: [{ rule: 'hub.failed' }] })
      expect(cut.current()).toBe(before)
      away = false
      expect(await own.reload(read)).toMatchObject({ ok: true, changed: true })
    })

    test('one under way ends before the hub does; later ones are refused', async () => {
      const ended: Attempt[] = []
      let go = (): void => undefined
      const reading = new Promise<void>((began) => {
        void reload
          .reload(async () => {
            began()
            await new Promise<void>((resolve) => {
              go = resolve
            })
            return { files: files({ 'systems/a.yaml': system(11) }), overlay: plain }
          })
          .then((attempt) => ended.push(attempt))
      })
      await reading
      const closed = reload.close()
      const late = reload.reload(() => ({ files: files(), overlay: plain }))
      go()
      await closed
      expect(ended).toMatchObject([{ ok: true, changed: true }])
      expect(registry.current().systems.get('a')?.lanes).toBe(11)
      expect(await late).toMatchObject({ ok: false, problems: [{ rule: 'hub.stopping' }] })
    })
  })
})
