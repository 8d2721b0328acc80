// Seals anew what an older data key sealed, or what lies in the ledger from before there were seals, while everything goes on.
import type { Database, Query, Row } from './database.ts'
import { markOf, openValue, personal, type Vault } from './sealed.ts'
import { batched } from './values.ts'

type SqlType = 'text' | 'bytea' | 'uuid' | 'int' | 'bigint'
type Table = {
  name: string
  key: Readonly<Record<string, SqlType>>
  columns: Readonly<Record<string, 'text' | 'bytea'>>
}

/** Where people's words lie: by primary key, so that a pass can be gone on with. */
const tables: readonly Table[] = [
  { name: 'message', key: { id: 'uuid' }, columns: { payload: 'bytea', canonical: 'text' } },
  { name: 'post', key: { id: 'uuid' }, columns: { payload: 'bytea' } },
  { name: 'correction', key: { id: 'uuid' }, columns: { canonical: 'text' } },
  { name: 'delivery', key: { message: 'uuid', step: 'text' }, columns: { result: 'text' } },
  { name: 'attempt', key: { message: 'uuid', step: 'text', number: 'int' }, columns: { reply: 'text' } },
  { name: 'feed', key: { dataset: 'text', position: 'bigint' }, columns: { data: 'text' } },
]

// what one step looks at, at most
const page = { rows: 500, bytes: 8_000_000 }

/**
 * Goes on for `ms` milliseconds, or until nothing is left. `after`: not before the key has sealed for so long here: what
 * another hub seals with the older one behind the last pass is left so.
 */
export async function reseal(database: Database, vault: Vault, ms: number, after = 0): Promise<void> {
  const until = Date.now() + ms
  while (vault.sealsFor() >= after && (await resealSome(database, vault)) && Date.now() < until);
}

/**
 * One step over the next rows of a table that is not through; false when all of them are, or others are at the rest. A
 * table is through after a pass that found nothing, for a hub that does not know the new key yet may have written
 * behind the one before.
 */
export function resealSome(database: Database, vault: Vault): Promise<boolean> {
  const version = vault.current()
  return database.transaction(async (query) => {
    const [at] = await query<{ name: string; position: string | null; changed: number }>(
      `SELECT name, position, changed::float8 AS changed FROM resealing WHERE version < $1
       ORDER BY name LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [version],
      'reseal.next',
    )
    const table = tables.find(({ name }) => name === at?.name)
    if (!at || !table) return false
    const from = at.position === null ? null : (JSON.parse(at.position) as string[])
    const to = await endOfPage(query, table, from)
    const found = to ? await resealPage(query, table, from, to, vault) : 0
    const changed = at.changed + found
    await query(
      `UPDATE resealing SET position = $2, changed = $3::float8::bigint, version = CASE WHEN $4 THEN $5 ELSE version END
       WHERE name = $1`,
      [at.name, to ? JSON.stringify(to) : null, to ? changed : 0, !to && changed === 0, version],
      'reseal.note',
    )
    return true
  })
}

const tuple = (names: readonly string[]): string => `(${names.join(', ')})`
const keyOf = ({ key }: Table): string => tuple(Object.keys(key))
const place = ({ key }: Table, first: number): string =>
  tuple(Object.values(key).map((type, i) => `$${first + i}::text::${type}`))
/** The beginning of a column's value, as long as the mark that is compared with it. */
const startOf = (column: string, type: 'text' | 'bytea', mark: number): string =>
  type === 'text'
    ? `left(${column}, length($${mark}::text))`
    : `substring(${column} FROM 1 FOR octet_length($${mark}::bytea))`

/** Key of the last row of the next page; undefined behind the last row. */
async function endOfPage(
  query: Query,
  table: Table,
  from: readonly string[] | null,
): Promise<string[] | undefined> {
  const keys = Object.keys(table.key)
  const size = Object.keys(table.columns).map((column) => `coalesce(octet_length(${column}), 0)`)
  const [row] = await query<Record<string, string>>(
    `SELECT ${keys.map((key) => `p.${key}::text AS ${key}`)} FROM (
       SELECT n.*, sum(n.size) OVER w AS total, row_number() OVER w AS place FROM (
         SELECT ${keys}, ${size.join(' + ')} AS size FROM ${table.name}
         ${from ? `WHERE ${keyOf(table)} > ${place(table, 1)}` : ''}
         ORDER BY ${keys} LIMIT ${page.rows}) n WINDOW w AS (ORDER BY ${keys.map((key) => `n.${key}`)})) p
     WHERE p.total <= ${page.bytes} OR p.place = 1 ORDER BY p.place DESC LIMIT 1`,
    from ?? [],
  )
  return row && keys.map((key) => row[key] ?? '')
}

/** Seals anew what is stale behind one key and up to another; answers how many rows were. */
async function resealPage(
  query: Query,
  table: Table,
  from: readonly string[] | null,
  to: readonly string[],
  vault: Vault,
): Promise<number> {
  const keys = Object.keys(table.key)
  const columns = Object.entries(table.columns)
  const marks = columns.map(([, type]) => markOf(vault, type))
  const stale = columns.map(([column, type], i) => `${startOf(column, type, i + 1)} <> $${i + 1}`)
  const bounds = [
    `${keyOf(table)} <= ${place(table, marks.length + 1)}`,
    ...(from ? [`${keyOf(table)} > ${place(table, marks.length + 1 + to.length)}`] : []),
  ]
  // under other names: under their own they would come out open
  const found = await query(
    `SELECT ${keys.map((key) => `${key}::text AS ${key}`)}, ${columns.map(([column]) => `${column} AS kept_${column}`)}
     FROM ${table.name} WHERE ${bounds.join(' AND ')} AND (${stale.join(' OR ')})`,
    [...marks, ...to, ...(from ?? [])],
  )
  const rows = found.map((row: Row) => {
    const kept = columns.map(([column]) => row[`kept_${column}`])
    const sealed = kept.map((value) => personal(openValue(vault, value) as string | Buffer | null))
    return [...keys.map((key) => row[key]), ...kept, ...sealed]
  })
  await writers.get(table.name)?.(query, rows)
  return rows.length
}

/** What was changed meanwhile is left to the next pass. */
const writers = new Map(
  tables.map(({ name, key, columns }) => {
    const names = Object.keys(columns)
    const types = Object.values(columns)
    const keys = Object.keys(key)
    return [
      name,
      batched(
        `reseal.${name}`,
        [...Object.values(key).map((type) => `text::${type}`), ...types, ...types],
        (values) =>
          `UPDATE ${name} t SET ${names.map((column) => `${column} = v.sealed_${column}`)}
           FROM (VALUES ${values}) v ${tuple([...keys, ...names.map((n) => `kept_${n}`), ...names.map((n) => `sealed_${n}`)])}
           WHERE ${keys.map((each) => `t.${each} = v.${each}`).join(' AND ')}
             AND ${names.map((column) => `t.${column} IS NOT DISTINCT FROM v.kept_${column}`).join(' AND ')}`,
      ),
    ] as const
  }),
)

/** How many tables may still hold something that is not sealed with the key that seals now. */
export async function tablesBehind(query: Query, vault: Vault): Promise<number> {
  const [row] = await query<{ n: number }>(
    'SELECT count(*)::int AS n FROM resealing WHERE version < $1',
    [vault.current()],
    'health.sealing',
  )
  return row?.n ?? 0
}

/** Has hubs go over tables once more that were through: a hub that had not seen the new key wrote behind the last pass. */
export async function resealAgain(query: Query, vault: Vault, names: readonly string[]): Promise<void> {
  await query(
    'UPDATE resealing SET version = 0, position = NULL, changed = 0 WHERE name = ANY ($1::text[]) AND version >= $2',
    [names, vault.current()],
  )
}

/** The tables in which something is sealed with a version. Reads everything: for whoever takes a key away. */
export async function tablesWith(query: Query, vault: Vault, version: number): Promise<string[]> {
  const found: string[] = []
  for (const { name, columns } of tables) {
    const entries = Object.entries(columns)
    const has = entries.map(([column, type], i) => `${startOf(column, type, i + 1)} = $${i + 1}`)
    const [row] = await query(
      `SELECT 1 FROM ${name} WHERE ${has.join(' OR ')} LIMIT 1`,
      entries.map(([, type]) => markOf(vault, type, version)),
    )
    if (row) found.push(name)
  }
  return found
}
