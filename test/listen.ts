// What a command says, kept for a test.
import type { Output } from '../cli/mapping/output.ts'

/** An output that keeps what it is given: `written` on standard output, `told` on standard error, `said` both in order. */
export function listen() {
  const parts: { text: string; isTold: boolean }[] = []
  const output: Output = {
    write: (text) => void parts.push({ text, isTold: false }),
    tell: (text) => void parts.push({ text, isTold: true }),
    isTerminal: false,
    tellsTerminal: false,
  }
  const join = (list: typeof parts): string => list.map(({ text }) => text).join('')
  return {
    output,
    written: () => join(parts.filter(({ isTold }) => !isTold)),
    told: () => join(parts.filter(({ isTold }) => isTold)),
    said: () => join(parts),
  }
}
