// What npm run chaos promises, small enough for every day: nothing lost, repeated, reordered or unproved; and a hub without
// a guarantee is noticed. (--without all runs all five; fencing needs hubs that stand still for longer than a lease.)
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/qiao.mjs', import.meta.url))

type Counts = { acknowledged: number; lost: number; repeated: number; outOfOrder: number; unverified: number }

/** Exit code, and the last line of `npm run chaos -- …args --json`. */
function chaos(...args: string[]): Promise<{ code: number; counts: Counts; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, 'chaos', ...args, '--json'], (error, stdout, stderr) => {
      const said = `${stderr}\n${stdout}`
      const last = stdout.trim().split('\n').at(-1) ?? ''
      const counts = last.startsWith('{') ? (JSON.parse(last) as Counts) : ({} as Counts)
      resolve({ code: error ? Number(error.code ?? 1) : 0, counts, said })
    })
  })
}

test('a short run: nothing lost, repeated, out of order or unproved', { timeout: 300_000 }, async () => {
  const { code, counts, said } = await chaos('--short')
  expect(counts, said).toEqual({ acknowledged: 2_000, lost: 0, repeated: 0, outOfOrder: 0, unverified: 0 })
  expect(code).toBe(0)
})

// side by side: they mostly wait
describe.concurrent('a hub without a guarantee is noticed', () => {
  test.each([
    ['order', 'outOfOrder'],
    ['deduplication', 'repeated'],
    ['asking', 'repeated'],
    ['sweeper', 'lost'],
  ] as const)('%s', { timeout: 240_000 }, async (guarantee, count) => {
    const { code, counts, said } = await chaos('--without', guarantee)
    expect(counts[count], said).toBeGreaterThan(0)
    expect(code).toBe(1)
  })
})

test('wrong usage is told', async () => {
  expect(await chaos('--without', 'luck')).toMatchObject({
    code: 2,
    said: expect.stringContaining('fencing'),
  })
})
