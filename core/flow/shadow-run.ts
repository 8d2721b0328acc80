// One conversion in a shadow run: what came out, or why nothing did.
import { errors, type Issue, QiaoError } from '../errors.ts'
import { differences } from '../mapping/difference.ts'
import type { Finding } from './shadow-tally.ts'

/** A result, or the issues it was refused with. */
export type Ran<T> = { ok: true; value: T } | { ok: false; issues: readonly Issue[] }

/** Runs a conversion; an error that is not about the data is thrown on. */
export async function run<T>(work: () => T | Promise<T>): Promise<Ran<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (!(error instanceof QiaoError)) throw error
    const { zh, en } = errors[error.code]
    return {
      ok: false,
      issues: error.issues.length > 0 ? error.issues : [{ path: '', rule: error.code, zh, en }],
    }
  }
}

/** Issues as findings: list indexes become `[*]`, and what is told twice is told once. */
export function issueFindings(issues: readonly Issue[], kind: 'refused' | 'allowed'): Finding[] {
  const found = new Map<string, Finding>()
  for (const { path, rule, zh, en } of issues) {
    const field = path.replace(/\[\d+\]/g, '[*]')
    const name = `${field} ${rule}`
    if (!found.has(name)) found.set(name, { field, kind, rule, zh, en })
  }
  return [...found.values()]
}

/** What the new run of a document shows against the old one. */
export function compareRuns(before: Ran<unknown>, after: Ran<unknown>): Finding[] {
  if (before.ok)
    return after.ok
      ? differences(before.value, after.value).map(toFinding)
      : issueFindings(after.issues, 'refused')
  if (after.ok) return issueFindings(before.issues, 'allowed')
  // refused either way: only what is refused besides is news
  const known = new Set(issueFindings(before.issues, 'refused').map(nameOf))
  return issueFindings(after.issues, 'refused').filter((finding) => !known.has(nameOf(finding)))
}

/** A difference as a finding. */
export function toFinding({ path, kind, before, after }: ReturnType<typeof differences>[number]): Finding {
  return { field: path, kind, before, after }
}

const nameOf = ({ field, rule }: Finding): string => `${field} ${rule}`
