// The watch over a folder that changes as real ones do: file by file, by swapped links, and not at all for a while.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readFiles } from '../../core/flow/files.ts'
import type { Input } from '../../core/flow/registry.ts'
import type { Attempt, Reload } from '../../core/flow/reload.ts'
import { readInput, type Watch, watchFiles } from '../../core/flow/watch.ts'

const tick = 40
const attempt: Attempt = { at: '', digest: '', ok: true, changed: true, again: false, problems: [] }

describe('the watch', () => {
  let folder: string
  let watch: Watch | undefined
  /** the files of each reload, or why they could not be read */
  let taken: (Input['files'] | string)[]
  let answer: Attempt
  const reload: Reload = {
    reload: async (read) => {
      taken.push(
        await Promise.resolve(read()).then(
          ({ files }) => files,
          (error: Error) => error.message,
        ),
      )
      return answer
    },
    last: () => undefined,
    close: async () => undefined,
  }
  const places = () => ({
    mappings: join(folder, 'mappings'),
    settings: undefined,
    keys: join(folder, 'keys'),
  })
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const start = (ms = tick): void => {
    watch = watchFiles(places(), reload, ms)
  }
  const until = (count: number): Promise<void> =>
    vi.waitFor(() => expect(taken).toHaveLength(count), { timeout: 10_000, interval: 10 })

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-watch-'))
    for (const name of ['mappings', 'keys']) mkdirSync(join(folder, name))
    put('mappings/a.yaml', 'a: 1')
    taken = []
    answer = attempt
  })
  afterEach(() => {
    watch?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('reads once at the beginning, so that nothing is missed since the hub read', async () => {
    start()
    await until(1)
    await sleep(5 * tick)
    expect(taken).toEqual([{ 'a.yaml': 'a: 1' }])
  })

  test('leaves a folder alone while it is being copied', async () => {
    // one event loop: between two looks there is always a write, until there are no more
    let written = 0
    const copying = setInterval(() => {
      put(`mappings/${++written}.yaml`, '')
      if (written === 60) clearInterval(copying)
    }, 5)
    start(100)
    await until(1)
    expect(Object.keys(taken[0] ?? {})).toHaveLength(61)
  })

  test.each([
    ['a new text', () => put('mappings/a.yaml', 'a: 2')],
    ['a new file', () => put('mappings/b.yaml', '')],
    ['a file deleted', () => rmSync(join(folder, 'mappings/a.yaml'))],
    ['a file renamed', () => renameSync(join(folder, 'mappings/a.yaml'), join(folder, 'mappings/c.yaml'))],
    ['a key', () => put('keys/new.secret', 'x')],
    [
      'another file of the same size and time put in its place',
      () => {
        put('other', 'a: 9')
        utimesSync(join(folder, 'other'), 1_000_000, 1_000_000)
        renameSync(join(folder, 'other'), join(folder, 'mappings/a.yaml'))
      },
    ],
  ])('sees %s', async (_, change) => {
    utimesSync(join(folder, 'mappings/a.yaml'), 1_000_000, 1_000_000)
    start()
    await until(1)
    change()
    await until(2)
  })

  test('sees what is no file of the integrator: nothing', async () => {
    start()
    await until(1)
    put('mappings/.a.yaml.swp', 'x')
    put('mappings/.hidden.yaml', 'x')
    put('mappings/notes.txt', 'x')
    await sleep(6 * tick)
    expect(taken).toHaveLength(1)
  })

  test('comes again for what was not the fault of the files, and not for what was', async () => {
    answer = { ...attempt, ok: false, again: true }
    start()
    await until(3)
    answer = { ...attempt, ok: false }
    await until(4)
    await sleep(6 * tick)
    expect(taken).toHaveLength(4)
  })

  test('a folder that cannot be read is told as such', async () => {
    rmSync(join(folder, 'mappings'), { recursive: true })
    start()
    await until(1)
    expect(taken[0]).toMatch(/the mappings folder .* cannot be read/)
  })

  test('follows a ConfigMap, whose files are links into a folder that is swapped', async () => {
    const map = join(folder, 'mappings')
    rmSync(map, { recursive: true })
    const version = (name: string, text: string): void => {
      mkdirSync(join(map, name, 'systems'), { recursive: true })
      put(`mappings/${name}/systems/x.yaml`, text)
      symlinkSync(name, join(map, '..next'))
      renameSync(join(map, '..next'), join(map, '..data'))
    }
    version('..2026_1', 'kind: a')
    symlinkSync('..data/systems', join(map, 'systems'))
    const first = { 'systems/x.yaml': 'kind: a' }
    expect(readFiles(map)).toEqual(first)
    start()
    await until(1)
    version('..2026_2', 'kind: b')
    await until(2)
    expect(taken).toEqual([first, { 'systems/x.yaml': 'kind: b' }])
    expect((await readInput(places())).files).toEqual(readFiles(map))
  })

  test('a link in a circle is refused, not followed for ever', async () => {
    symlinkSync('.', join(folder, 'mappings/self'))
    expect(() => readFiles(join(folder, 'mappings'))).toThrow('cannot be read')
    await expect(readInput(places())).rejects.toThrow('cannot be read')
  })

  test('one that is off, or stopped, never looks', async () => {
    start(0)
    await sleep(4 * tick)
    expect(taken).toEqual([])
    start()
    watch?.stop()
    cpSync(join(folder, 'mappings/a.yaml'), join(folder, 'mappings/b.yaml'))
    await sleep(4 * tick)
    expect([taken, existsSync(join(folder, 'mappings/b.yaml'))]).toEqual([[], true])
  })
})
