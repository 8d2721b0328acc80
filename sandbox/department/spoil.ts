// Damages records the way real systems do, for runs with --faults: the hub must refuse them and store nothing.
import type { Applicant } from './people.ts'
import type { Random } from './random.ts'
import type { Entry } from './record.ts'

/** The same batch with its last acceptance damaged, or undefined when it holds none. */
export function spoil(entries: readonly Entry[], random: Random): Entry[] | undefined {
  const last = entries.at(-1)
  if (last?.kind !== 'acceptance') return undefined
  const damaged = random.pick([wrongCheckDigit, masked])(last.case.applicant)
  return [...entries.slice(0, -1), { ...last, case: { ...last.case, applicant: damaged } }]
}

/** The check digit is one off. */
function wrongCheckDigit(who: Applicant): Applicant {
  const turn = (code: string) => code.slice(0, -1) + (code.endsWith('1') ? '2' : '1')
  return who.kind === 'person'
    ? { ...who, idNo: turn(who.idNo) }
    : { ...who, creditCode: turn(who.creditCode) }
}

/** Somebody copied the number from a masked screen. */
function masked(who: Applicant): Applicant {
  const hide = (code: string) => `${code.slice(0, 4)}**********${code.slice(-4)}`
  return who.kind === 'person'
    ? { ...who, idNo: hide(who.idNo) }
    : { ...who, creditCode: hide(who.creditCode) }
}
