// What every fuzz test watches besides its own claim: no input takes over ten seconds (a thread of its own ends a test
// that hangs and names the seed), and none leaves anything on the prototypes. Every run meets the same inputs, so that a
// failure is nobody's bad luck; to search on, QIAO_FUZZ_RUNS=20 multiplies the inputs and QIAO_FUZZ_SEED picks others.
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, vi } from 'vitest'

/** Milliseconds one input may take: loose, so that it finds what hangs and not what waits for a busy machine. */
const LIMIT = 10_000
const LABEL = 200

const seed = Number(process.env.QIAO_FUZZ_SEED ?? 20_260_302)
const times = Number(process.env.QIAO_FUZZ_RUNS ?? 1)
if (!Number.isInteger(seed) || !(times > 0)) throw new Error('QIAO_FUZZ_SEED and QIAO_FUZZ_RUNS are numbers')
vi.setConfig({ testTimeout: 60_000 * Math.max(times, 1) })

const shared = new SharedArrayBuffer(8 + LABEL)
const state = new Int32Array(shared, 0, 2)
const label = new Uint8Array(shared, 8)

const watchdog = `
const { workerData: { shared, limit } } = require('node:worker_threads')
const state = new Int32Array(shared, 0, 2)
let seen = 0, since = Date.now()
setInterval(() => {
  const run = Atomics.load(state, 0)
  if (run === 0 || run !== seen) { seen = run; since = Date.now(); return }
  if (Date.now() - since < limit) return
  const name = Buffer.from(new Uint8Array(shared, 8)).toString('utf8').replace(/\\0+$/, '')
  require('node:fs').writeSync(2, '\\nfuzz: "' + name + '" hangs at run ' + run + ' of seed ' + state[1] + '\\n')
  process.kill(process.pid, 'SIGKILL')
}, 250)
`
new Worker(watchdog, { eval: true, workerData: { shared, limit: LIMIT } }).unref()

const roots = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype]
const keysOf = (): string => roots.map((root) => Reflect.ownKeys(root).map(String).join()).join('|')
const clean = keysOf()

/** Fails when anything was left on a prototype. */
export function expectUnpolluted(): void {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  if (keysOf() !== clean) throw new Error('a prototype was changed')
}

function begin(name: string): void {
  label.fill(0).set(Buffer.from(name).subarray(0, LABEL))
  Atomics.store(state, 1, seed)
}

const beat = (): void => void Atomics.add(state, 0, 1)
const end = (): void => void Atomics.store(state, 0, 0)

/** Checks a claim on `runs` random inputs; the failure names seed and shrunk input. */
export function fuzz<T>(runs: number, inputs: fc.Arbitrary<T>, claim: (input: T) => void): void {
  begin(expect.getState().currentTestName ?? '')
  const property = fc.property(inputs, (input) => {
    beat()
    claim(input)
    expectUnpolluted()
  })
  try {
    fc.assert(property, { numRuns: Math.ceil(runs * times), seed })
  } finally {
    end()
  }
}

/** The same for a claim that waits. */
export async function fuzzLater<T>(
  runs: number,
  inputs: fc.Arbitrary<T>,
  claim: (input: T) => Promise<void>,
): Promise<void> {
  begin(expect.getState().currentTestName ?? '')
  const property = fc.asyncProperty(inputs, async (input) => {
    beat()
    await claim(input)
    expectUnpolluted()
  })
  try {
    await fc.assert(property, { numRuns: Math.ceil(runs * times), seed })
  } finally {
    end()
  }
}
