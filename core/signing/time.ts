// Times as platforms write them, always in Asia/Shanghai, which has been UTC+8 without change since 1991.

const shift = 8 * 3_600_000
const fields: readonly (readonly [token: string, read: (iso: string) => string])[] = [
  ['yyyy', (iso) => iso.slice(0, 4)],
  ['MM', (iso) => iso.slice(5, 7)],
  ['dd', (iso) => iso.slice(8, 10)],
  ['HH', (iso) => iso.slice(11, 13)],
  ['mm', (iso) => iso.slice(14, 16)],
  ['ss', (iso) => iso.slice(17, 19)],
  ['SSS', (iso) => iso.slice(20, 23)],
]

/**
 * Compiles `epochMillis`, `epochSeconds` or a pattern of yyyy MM dd HH mm ss SSS with literals in single
 * quotes; undefined when the pattern holds other letters.
 */
export function compileTime(format: string): ((now: Date) => string) | undefined {
  if (format === 'epochMillis') return (now) => String(now.getTime())
  if (format === 'epochSeconds') return (now) => String(Math.floor(now.getTime() / 1000))
  const parts: ((iso: string) => string)[] = []
  for (const [part] of format.matchAll(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (/^[A-Za-z]/.test(part)) {
      const field = fields.find(([token]) => token === part)
      if (!field) return undefined
      parts.push(field[1])
    } else if (part.startsWith("'")) {
      if (part.length < 2) return undefined
      parts.push(() => part.slice(1, -1))
    } else {
      parts.push(() => part)
    }
  }
  if (parts.length === 0) return undefined
  return (now) => {
    const iso = new Date(now.getTime() + shift).toISOString()
    return parts.map((part) => part(iso)).join('')
  }
}
