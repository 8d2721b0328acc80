// The tests that need no services: run by `npm run check`.
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/house/**/*.test.ts'] } })
