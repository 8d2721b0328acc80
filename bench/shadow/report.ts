// The figures of a shadow run, as a table and as a line of JSON.
import type { Verdict } from './count.ts'
import type { JudgeAnswer } from './judge.ts'
import type { Memory } from './memory.ts'

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
  memory: Memory
  plants: readonly Omit<Verdict, 'wrong'>[]
}

// MB: another version of the files takes some 30
const allowance = 60

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
  const missed = report.complete && report.messages === messages ? [] : ['(messages): not all were judged']
  const grown = memory.live['100%'] - memory.live['10%']
  if (grown > allowance) missed.push(`(memory): ${grown} MB more after the first tenth`)
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
    memory,
    plants: verdicts.map(({ title, planted, found }) => ({ title, planted, found })),
  }
}

/** A table for people. */
export function table(figures: ShadowFigures): string {
  const growth = (at: Memory['live']): string => [at['10%'], at['50%'], at['100%']].join(', ')
  const number = (value: number): string => value.toLocaleString('en').padStart(10)
  const { messages, deliveries, seconds, rate, memory, personal, wrong } = figures
  const lines = [
    `${''.padEnd(48)}${'planted'.padStart(10)}${'found'.padStart(10)}`,
    ...figures.plants.map(
      ({ title, planted, found }) => `${title.padEnd(48)}${number(planted)}${number(found)}`,
    ),
    `${'all'.padEnd(48)}${number(figures.planted)}${number(figures.found)}`,
    '',
    `${messages.toLocaleString('en')} messages, ${deliveries.toLocaleString('en')} deliveries in ${seconds} s, ${rate.toLocaleString('en')} messages/s`,
    `memory above the start at 10 %, 50 %, 100 %: resident ${growth(memory.resident)} MB (at most ${memory.resident.most}), live ${growth(memory.live)} MB`,
    `personal values shown: ${personal}`,
    ...wrong.map((line) => `✗ ${line}`),
    wrong.length === 0 ? '✓ every planted difference and no other' : `✗ ${wrong.length} findings are wrong`,
  ]
  return `${lines.join('\n')}\n`
}
