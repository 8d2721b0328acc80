import { defineConfig } from 'vitest/config'
import { closingLine } from './test/closing-line.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', closingLine()],
    globalSetup: ['test/services.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // every file compiles PGlite's WebAssembly anew, and few stay long enough for the optimised code to pay
    execArgv: ['--liftoff-only'],
  },
})
