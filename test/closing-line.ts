// Ends a run with one plain line, `N passed, N failed, N skipped`, that any tool can read.
import type { Reporter } from 'vitest/node'

/** A reporter that prints nothing but the closing line. */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules) {
      const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
      for (const module of modules)
        for (const test of module.children.allTests()) count[test.result().state]++
      const broken = modules.filter(
        (module) => module.state() === 'failed' && [...module.children.allTests()].length === 0,
      )
      process.stdout.write(
        `\n${count.passed} passed, ${count.failed + broken.length} failed, ${count.skipped} skipped\n`,
      )
    },
  }
}
