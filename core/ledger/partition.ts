// Time partitions of everything a message brings. One a month, made ahead; ids carry their time, so a month is a range.
import { idAt } from '../id.ts'
import { localDay, startOfDay } from '../time.ts'
import type { Database, Query } from './database.ts'

/** The partitioned tables, in the order in which intake writes them, each with the id it goes by. */
export const partitioned = [
  { table: 'post', id: 'id' },
  { table: 'message', id: 'id' },
  { table: 'evidence', id: 'id' },
  { table: 'attempt', id: 'message' },
] as const

/** A partition of every partitioned table: ids from `from` up to `to`, that one not; `name` ends their names. */
export type Partition = { name: string; from: string; to: string }

// besides the month that runs
const ahead = 2
// before the first partition there is nothing
const lowest = '00000000-0000-0000-0000-000000000000'

/** The partitions of the ledger, oldest first, without the default one. */
export async function listPartitions(query: Query): Promise<Partition[]> {
  const rows = await query<{ name: string; bound: string }>(
    `SELECT substr(c.relname, 9) AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'message'::regclass`,
  )
  return rows
    .flatMap(({ name, bound }) => {
      const [, from, to] = /^FOR VALUES FROM \((.+)\) TO \('(.+)'\)$/.exec(bound) ?? []
      return from && to ? [{ name, from: from === 'MINVALUE' ? lowest : from.slice(1, -1), to }] : []
    })
    .sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** The partition of a month `yyyy-MM` or of a day `yyyy-MM-dd`. */
export function partitionOf(span: string): Partition {
  const isDay = span.length > 7
  const from = startOfDay(isDay ? span : `${span}-01`)
  const to = isDay ? new Date(from.getTime() + 24 * 3600 * 1000) : startOfDay(`${monthAfter(span)}-01`)
  return { name: span.replaceAll('-', '_'), from: idAt(from), to: idAt(to) }
}

/** Makes the partitions of this month and the next ones, where they are missing. Any number of processes may try. */
export async function addPartitions(database: Database, now: Date): Promise<void> {
  const missing = async (query: Query): Promise<Partition[]> => {
    const there = await listPartitions(query)
    return monthsFrom(now).filter(({ from }) => !there.some((one) => one.from <= from && from < one.to))
  }
  if ((await missing(database.query)).length === 0) return
  await database.transaction(async (query) => {
    await lockPartitions(query)
    for (const partition of await missing(query)) await makePartition(query, partition)
  })
}

/**
 * Lets one transaction at a time change partitions, and lets it give up rather than hold up intake: whoever waits for a
 * table that others read or write makes everybody after him wait as well. It gives up before PostgreSQL looks for
 * deadlocks (1 s), so that it is never intake that is ended.
 */
export async function lockPartitions(query: Query): Promise<void> {
  await query(`SELECT pg_advisory_xact_lock(hashtext('qiao.partition'))`)
  await query(`SET LOCAL lock_timeout = '500ms'`)
}

/** Makes a partition, with the rows of its range that the default partition took meanwhile. */
export async function makePartition(query: Query, partition: Partition): Promise<void> {
  const { name, from, to } = partition
  for (const { table, id } of partitioned) {
    const made = `${table}_${name}`
    // made aside and then attached: to create it in place would lock the whole table
    // storage parameters are nothing that LIKE copies (000011-inline.sql)
    const whole = table === 'message' ? 'WITH (toast_tuple_target = 8160)' : ''
    await query(`CREATE TABLE ${made} (LIKE ${table} INCLUDING ALL) ${whole}`)
    await query(
      `WITH moved AS (DELETE FROM ${table}_default WHERE ${id} >= '${from}' AND ${id} < '${to}' RETURNING *)
       INSERT INTO ${made} SELECT * FROM moved`,
    )
    await attachPartition(query, table, partition)
  }
}

/** Makes a table that was filled aside a partition. */
export async function attachPartition(
  query: Query,
  table: (typeof partitioned)[number]['table'],
  { name, from, to }: Partition,
): Promise<void> {
  await query(
    `ALTER TABLE ${table} ATTACH PARTITION ${table}_${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
  )
}

function monthsFrom(now: Date): Partition[] {
  const months = [localDay(now).slice(0, 7)]
  while (months.length <= ahead) months.push(monthAfter(months.at(-1) ?? ''))
  return months.map(partitionOf)
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number)).toISOString().slice(0, 7)
}
