// Asks the sandbox what it holds: its journal in order of arrival, and single records by name.

/** One arrival as the sandbox tells it. */
export type Arrival = { at: number; what: string; table: string; id: string; key: string; note?: string }

const page = 5_000
const together = 500

/** Reads a system's journal from place `after` to its end. */
export async function* arrivalsOf(
  sandbox: string,
  system: string,
  after: number,
): AsyncGenerator<{ arrivals: Arrival[]; next: number }> {
  for (let from = after; ; ) {
    const url = `${sandbox}/control/arrivals?system=${system}&after=${from}&limit=${page}`
    const read = (await json(await fetch(url))) as { arrivals: Arrival[]; next: number }
    yield read
    if (read.arrivals.length < page) return
    from = read.next
  }
}

/** Asks for every record once more, by name; answers those that are not there. */
export async function missingOf<T extends { table: string; name: string }>(
  sandbox: string,
  system: string,
  records: readonly T[],
): Promise<T[]> {
  const missing: T[] = []
  for (let from = 0; from < records.length; from += together) {
    const part = records.slice(from, from + together)
    const body = JSON.stringify({ system, records: part.map(({ table, name }) => [table, name]) })
    const { held } = (await json(await fetch(`${sandbox}/control/held`, { method: 'POST', body }))) as {
      held: boolean[]
    }
    missing.push(...part.filter((_, i) => held[i] !== true))
  }
  return missing
}

async function json(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`sandbox: HTTP ${response.status} ${await response.text()}`)
  return response.json()
}
