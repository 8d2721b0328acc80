// Turns the rounds of a comparison into figures, and figures into a table or JSON lines.
import type { Figures } from './measure.ts'

/** `value` is the hub's, `reference` the reference program's, `ratio` = value / reference. */
export type Figure = { name: string; value: number; unit: string; reference: number; ratio: number }

export type Rounds = { hub: readonly Figures[]; reference: readonly Figures[] }

const kinds: readonly { key: keyof Figures; name: string; unit: string; json: boolean }[] = [
  { key: 'rate', name: 'messages/s', unit: 'messages/s', json: true },
  { key: 'p50', name: 'accept p50', unit: 'ms', json: false },
  { key: 'p99', name: 'accept p99', unit: 'ms', json: true },
  { key: 'cpu', name: 'cpu/message', unit: 'µs', json: true },
  { key: 'memory', name: 'memory', unit: 'MB', json: true },
]

/** The figures of one comparison: medians over its rounds. `suffix` is the comparison's name. */
export function figuresOf(suffix: string, rounds: Rounds): (Figure & { json: boolean })[] {
  return kinds.map(({ key, name, unit, json }) => {
    const value = median(rounds.hub.map((figures) => figures[key]))
    const reference = median(rounds.reference.map((figures) => figures[key]))
    return {
      name: `${name} ${suffix}`,
      value: round(value),
      unit,
      reference: round(reference),
      ratio: Math.round((value / reference) * 1_000) / 1_000,
      json,
    }
  })
}

/** One JSON line per figure, in the form the issue of the benchmark fixes. */
export function jsonLines(figures: readonly (Figure & { json: boolean })[]): string {
  return figures
    .filter((figure) => figure.json)
    .map(({ json: _, ...figure }) => `${JSON.stringify(figure)}\n`)
    .join('')
}

/** A table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, reference, ratio }) => [
    name,
    String(value),
    String(reference),
    ratio.toFixed(2),
    unit,
  ])
  const lines = [['', 'hub', 'reference', 'hub/reference', ''], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const text = lines.map((line) =>
    line
      .map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  '),
  )
  return `${text.map((line) => line.trimEnd()).join('\n')}\n`
}

/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN]
  return (low + high) / 2
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 10) / 10
}
