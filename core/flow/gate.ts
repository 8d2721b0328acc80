// Why intake is shut: what could not be kept, or not be proved, is not accepted.

/** The code a caller gets, and what an operator reads. */
export type Shut = { code: 'hub.unproved' | 'hub.full'; detail: string }

/** Undefined while all is well. */
export type Gate = () => Shut | undefined

/** Shut by the first reason there is. */
export function createGate(reasons: Readonly<Record<Shut['code'], () => string | undefined>>): Gate {
  const list = Object.entries(reasons) as [Shut['code'], () => string | undefined][]
  return () => {
    for (const [code, why] of list) {
      const detail = why()
      if (detail !== undefined) return { code, detail }
    }
    return undefined
  }
}
