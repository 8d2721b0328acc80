// The figures of a shadow run, as a table and as a line of JSON.
import type { Verdict } from './count.ts'
import type { JudgeAnswer } from './judge.ts'

/** `growth`: MB of resident memory above that before the run, when so many percent were done. */
export type ShadowFigures = {
  name: 'shadow'
  messages: number
  deliveries: number
  seconds: number
  rate: number
  /** findings that were planted, and that were found */
  planted: number
  found: number
  /** findings whose numbers differ */
  wrong: readonly string[]
  /** personal values shown in the report */
  personal: number
  growth: { '10%': number; '50%': number; '100%': number }
  plants: readonly Omit<Verdict, 'wrong'>[]
}

/** The figures of one run. */
export function figuresOf({
  report,
  memory,
  messages,
  verdicts,
  personal,
}: JudgeAnswer & { messages: number; verdicts: readonly Verdict[]; personal: number }): ShadowFigures {
  const sum = (pick: (verdict: Verdict) => number): number =>
    verdicts.reduce((all, one) => all + pick(one), 0)
  const before = memory[0]?.megabytes ?? 0
  const growthAt = (share: number): number => {
    const at = memory.find((sample) => sample.messages >= messages * share) ?? memory.at(-1)
    return Math.round((at?.megabytes ?? 0) - before)
  }
  const missed = report.complete && report.messages === messages ? [] : ['(messages): not all were judged']
  return {
    name: 'shadow',
    messages: report.messages,
    deliveries: report.deliveries,
    seconds: Math.round(report.seconds * 10) / 10,
    rate: Math.round(report.messages / report.seconds),
    planted: sum(({ planted }) => planted),
    found: sum(({ found }) => found),
    wrong: [...missed, ...verdicts.flatMap(({ wrong }) => wrong)],
    personal,
    growth: { '10%': growthAt(0.1), '50%': growthAt(0.5), '100%': growthAt(1) },
    plants: verdicts.map(({ title, planted, found }) => ({ title, planted, found })),
  }
}

/** A table for people. */
export function table(figures: ShadowFigures): string {
  const number = (value: number): string => value.toLocaleString('en').padStart(10)
  const { messages, deliveries, seconds, rate, growth, personal, wrong } = figures
  const lines = [
    `${''.padEnd(48)}${'planted'.padStart(10)}${'found'.padStart(10)}`,
    ...figures.plants.map(
      ({ title, planted, found }) => `${title.padEnd(48)}${number(planted)}${number(found)}`,
    ),
    `${'all'.padEnd(48)}${number(figures.planted)}${number(figures.found)}`,
    '',
    `${messages.toLocaleString('en')} messages, ${deliveries.toLocaleString('en')} deliveries in ${seconds} s, ${rate.toLocaleString('en')} messages/s`,
    `memory growth at 10 %, 50 %, 100 %: ${growth['10%']}, ${growth['50%']}, ${growth['100%']} MB`,
    `personal values shown: ${personal}`,
    ...wrong.map((line) => `✗ ${line}`),
    wrong.length === 0 ? '✓ every planted difference and no other' : `✗ ${wrong.length} findings are wrong`,
  ]
  return `${lines.join('\n')}\n`
}
