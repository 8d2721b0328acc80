// Multi-row VALUES statements: one text per power of two, so that a server keeps few prepared statements.
import type { Query, Row } from './database.ts'

const largest = 64

/**
 * A statement over any number of rows. `casts` gives the SQL type per column; `wrap` puts the VALUES list into
 * the statement. Runs in chunks of 64, 32, … 1 rows, in order; returns what the chunks return.
 * @example batched('nonce.insert', ['text', 'text'], (v) => `INSERT INTO nonce (source, nonce) VALUES ${v}`)
 */
export function batched<T extends Row>(
  name: string,
  casts: readonly string[],
  wrap: (values: string) => string,
): (query: Query, rows: readonly (readonly unknown[])[]) => Promise<T[]> {
  const texts = new Map<number, string>()
  const textFor = (size: number): string => {
    let text = texts.get(size)
    if (text === undefined) {
      text = wrap(tuples(casts, size))
      texts.set(size, text)
    }
    return text
  }
  return async (query, rows) => {
    const parts: Promise<T[]>[] = []
    for (let from = 0; from < rows.length; ) {
      const size = Math.min(largest, 2 ** Math.floor(Math.log2(rows.length - from)))
      parts.push(query<T>(textFor(size), rows.slice(from, from + size).flat(), `${name}.${size}`))
      from += size
    }
    return (await Promise.all(parts)).flat()
  }
}

function tuples(casts: readonly string[], count: number): string {
  let parameter = 0
  return Array.from(
    { length: count },
    () => `(${casts.map((cast) => `$${++parameter}::${cast}`).join(',')})`,
  ).join(',')
}
