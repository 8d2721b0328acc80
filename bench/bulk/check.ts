// What of a stock file is in the ledger: every licence once? Read with SQL of its own.
import pg from 'pg'
import { numberOf } from './stock.ts'

/** Licences of the file that are not there, and messages beyond one a licence. */
export async function missingOf(
  databaseUrl: string,
  records: number,
): Promise<{ missing: number; twice: number }> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ key: string; n: number }>(
      `SELECT key, count(*)::int AS n FROM message WHERE type = 'licence.issued' GROUP BY key`,
    )
    const found = new Map(rows.map(({ key, n }) => [key, n]))
    let missing = 0
    let twice = 0
    for (let n = 1; n <= records; n++) {
      const count = found.get(numberOf(n)) ?? 0
      if (count === 0) missing++
      else twice += count - 1
    }
    return { missing, twice }
  } finally {
    await client.end()
  }
}
