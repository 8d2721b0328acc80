// The lock of the embedded ledger: of many that find a dead one, one gets it; a number used again is no owner.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StartupError } from '../../core/errors.ts'
import { lockFolder } from '../../core/ledger/lock.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-lock-'))
  file = join(folder, 'ledger.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const holder = (more: object): string => JSON.stringify({ pid: process.ppid, host: hostname(), ...more })

test('of six processes that find a dead lock at the same moment, one has it', {
  timeout: 60_000,
}, async () => {
  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'exit')
  const lock = new URL('../../core/ledger/lock.ts', import.meta.url).href
  const program = `
    import { createInterface } from 'node:readline'
    const { lockFolder } = await import(${JSON.stringify(lock)})
    const lines = createInterface({ input: process.stdin })
    lines.on('line', (line) => {
      const [at, folder] = line.split(' ')
      while (Date.now() < Number(at)) ;
      try { lockFolder(folder); console.log('mine') } catch (error) { console.log(error.name) }
    })
    lines.once('close', () => process.exit())
    console.log('ready')`
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', program]
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const lines = children.map((child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]())
  const next = async (): Promise<string[]> =>
    Promise.all(lines.map(async (line) => (await line.next()).value))
  expect(await next()).toEqual(Array.from(children, () => 'ready'))
  for (let round = 0; round < 40; round++) {
    const own = mkdtempSync(join(folder, 'round-'))
    writeFileSync(join(own, 'ledger.lock'), holder({ pid: dead.pid }))
    // all judge in the same millisecond, and hold what they get
    for (const child of children) child.stdin.write(`${Date.now() + 10} ${own}\n`)
    expect((await next()).filter((said) => said === 'mine')).toEqual(['mine'])
  }
  for (const child of children) child.stdin.end()
  await Promise.all(children.map((child) => once(child, 'close')))
})

test('a living process keeps its lock, a foreign program with its old number does not', () => {
  writeFileSync(file, holder({}))
  expect(() => lockFolder(folder)).toThrow(StartupError)
  if (process.platform !== 'linux') return
  writeFileSync(file, holder({ started: 'another boot 1' }))
  lockFolder(folder)()
})

test('a lock that is just being written is respected; one left half written is not', () => {
  writeFileSync(file, '')
  expect(() => lockFolder(folder)).toThrow(StartupError)
  const long = new Date(Date.now() - 60_000)
  utimesSync(file, long, long)
  const unlock = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(StartupError)
  unlock()
  lockFolder(folder)()
})
