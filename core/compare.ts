// The order of texts.

/** By code units, as `sort` without a comparison goes: negative, zero or positive. */
export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
