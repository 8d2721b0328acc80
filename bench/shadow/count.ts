// Counts what a shadow run must find, and holds it against what it found.
import type { ShadowReport } from '../../core/flow/shadow.ts'
import type { Message } from '../../sandbox/department/message.ts'
import { plants } from './plants.ts'

/** How often each finding (`mapping field kind rule`) is there. */
export type Counts = Record<string, number>

/** One plant, or what nobody planted: the findings it must give and those there are. */
export type Verdict = { title: string; planted: number; found: number; wrong: readonly string[] }

/** Counts by plant. */
export function createExpectation(): {
  note: (message: Message, isNewer: boolean) => void
  findings: () => Counts
  judge: (report: ShadowReport) => Verdict[]
} {
  const rows = plants.map(({ title, finds }) => ({ title, finds, counts: {} as Counts }))
  return {
    note: (message, isNewer) => {
      for (const entry of message.entries) {
        for (const { finds, counts } of rows) {
          for (const [name, times] of finds({ entry, message, isNewer }))
            counts[name] = (counts[name] ?? 0) + times
        }
      }
    },
    findings: () => Object.assign({}, ...rows.map(({ counts }) => counts)),
    judge: (report) => {
      const found = countsOf(report)
      const known = new Set(rows.flatMap(({ counts }) => Object.keys(counts)))
      const others = Object.fromEntries(Object.entries(found).filter(([name]) => !known.has(name)))
      return [
        ...rows.map(({ title, counts }) => verdict(title, counts, found, Object.keys(counts))),
        verdict('not planted', {}, others, Object.keys(others)),
      ]
    },
  }
}

function verdict(title: string, planted: Counts, found: Counts, names: readonly string[]): Verdict {
  const sum = (counts: Counts): number => names.reduce((all, name) => all + (counts[name] ?? 0), 0)
  const wrong = names
    .filter((name) => (planted[name] ?? 0) !== (found[name] ?? 0))
    .map((name) => `${name}: ${planted[name] ?? 0} planted, ${found[name] ?? 0} found`)
  return { title, planted: sum(planted), found: sum(found), wrong }
}

/** What a report found, by finding. */
export function countsOf(report: ShadowReport): Counts {
  return Object.fromEntries(
    report.mappings.flatMap(({ mapping, fields }) =>
      fields.map(({ field, kind, rule, count }) => [`${mapping} ${field} ${kind} ${rule ?? ''}`, count]),
    ),
  )
}
