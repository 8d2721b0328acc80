// The reference's one table and its statements. `due` is both queue order and lease: a claim moves it ahead.

export type Row = { id: string; key: string; body: string }

/** Runs one statement; statements with a name are prepared once a connection. */
export type Query = (name: string, text: string, values: readonly unknown[]) => Promise<readonly unknown[]>

export const schema = `
create table message (
  id uuid primary key,
  key text not null unique,
  body text not null,
  done boolean not null default false,
  due timestamptz not null default now()
);
create index message_due on message (due) where not done;`

/** Inserts up to 64 rows with one statement and so one commit; `rows.length` must be a power of two. */
export async function insertRows(query: Query, rows: readonly Row[]): Promise<void> {
  await query(
    `insert-${rows.length}`,
    insertText(rows.length),
    rows.flatMap((row) => [row.id, row.key, row.body]),
  )
}

const texts = new Map<number, string>()

function insertText(size: number): string {
  let text = texts.get(size)
  if (text === undefined) {
    const tuples = Array.from({ length: size }, (_, i) => `($${i * 3 + 1},$${i * 3 + 2},$${i * 3 + 3})`)
    text = `insert into message (id, key, body) values ${tuples.join(',')}`
    texts.set(size, text)
  }
  return text
}

/** Claims up to 64 due rows for 30 s. */
export async function claimRows(query: Query): Promise<readonly Row[]> {
  return (await query('claim', claimText, [])) as readonly Row[]
}

const claimText = `
update message set due = now() + interval '30 seconds'
where id = any (array(
  select id from message where not done and due <= now() order by due limit 64 for update skip locked))
returning id, key, body`

/** Marks delivered rows. */
export async function finishRows(query: Query, ids: readonly string[]): Promise<void> {
  await query('finish', 'update message set done = true where id = any ($1::uuid[])', [ids])
}
