// The size of a page, as a caller asks for it.

/** Whole rows between 1 and `largest`; `usual` when nothing, or nothing that is a number, was asked for. */
export function readLimit(text: string | undefined, usual: number, largest: number): number {
  const asked = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isNaN(asked) ? usual : Math.trunc(Math.min(largest, Math.max(1, asked)))
}
