// Where the result of a case is not what the case says.
import { differences } from './difference.ts'

/** One place where a result is not what the case says; an absent side is left out. */
export type CaseDifference = { path: string; expected?: unknown; got?: unknown }

/** Case values are made up, so they may be shown. */
export function compareCase(wanted: unknown, result: unknown): CaseDifference[] {
  return differences(wanted, result, true).map(({ path, before, after }) => ({
    path,
    ...(before === undefined ? {} : { expected: before }),
    ...(after === undefined ? {} : { got: after }),
  }))
}

/** A difference in a line. */
export function told(found: CaseDifference | undefined): string {
  const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
  return `${found?.path ?? ''}: expected ${show(found?.expected)}, got ${show(found?.got)}`
}
