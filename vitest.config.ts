import { defineConfig } from 'vitest/config'
import { closingLine } from './test/closing-line.ts'
import { LongestFirst } from './test/longest-first.ts'

// Tests that move the clock, which ids go by for ever after, or measure the heap of their own process.
const alone = [
  'test/archive/*.test.ts',
  'test/catalogue/age.test.ts',
  'test/evidence/replaced-key.test.ts',
  'test/flow/remote.test.ts',
  'test/http/large-body.test.ts',
  'test/hub/heap.test.ts',
  'test/ledger/partition.test.ts',
]
const each = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: 'forks' as const,
  setupFiles: ['test/clean-up.ts'],
  // every process compiles PGlite's WebAssembly anew, and few stay long enough for the optimised code to pay
  execArgv: ['--liftoff-only'],
}

export default defineConfig({
  test: {
    reporters: ['default', closingLine()],
    globalSetup: ['test/services.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...each, name: 'alone', include: alone } },
      {
        test: {
          ...each,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          // one file after the other in the same process: to warm up anew for each was a quarter of the work
          isolate: false,
          setupFiles: [...each.setupFiles, 'test/same-clock.ts'],
        },
      },
    ],
  },
})
