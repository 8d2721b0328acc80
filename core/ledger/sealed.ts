// Personal data lies in the ledger sealed (落盘加密): what people wrote is sealed on its way in and open on its way out,
// here and nowhere else, so that no statement can forget it. What binds a value to its row is the evidence, not the seal.
import type { Database, Query, Row } from './database.ts'

/** Seals bytes with a key of a version; `open` answers undefined for what was changed. */
export type Vault = {
  current(): number
  /** ms for which it has sealed with that one */
  sealsFor(): number
  /** how everything begins that is sealed with a version */
  headOf(version: number): Buffer
  /** with the current one, unless a version is given */
  seal(clear: Uint8Array, version?: number): Buffer
  open(sealed: Buffer): Buffer | undefined
}

/** The columns that hold what people wrote. Statements read them under these names. */
export const sealedColumns = ['payload', 'canonical', 'result', 'reply', 'data'] as const

// no text or body that was kept before there were seals begins so
const textMark = 'sealed:'
const bytesMark = Buffer.from('9e5345414c01', 'hex')

/** A value that is sealed on its way into the ledger. */
export class Personal {
  readonly value: string | Buffer
  constructor(value: string | Buffer) {
    this.value = value
  }
  /** A ledger that seals nothing must not take it: pg asks this of every object. */
  readonly toPostgres = (): never => {
    throw new Error('a personal value on its way into a ledger without a vault')
  }
}

/** Marks a value of a statement as one to be sealed. */
export function personal<T extends string | Buffer | null | undefined>(value: T): Personal | null {
  return value === null || value === undefined ? null : new Personal(value)
}

/** The ledger as everybody uses it: sealed inside, clear outside. */
export function sealedLedger(database: Database, vault: Vault): Database {
  const through = (query: Query): Query => {
    return async <T extends Row>(text: string, values: readonly unknown[] = [], name?: string) => {
      const rows = await query<T>(text, sealPersonal(values, vault), name)
      openRows(rows, vault)
      return rows
    }
  }
  return {
    ...database,
    query: through(database.query),
    transaction: (work) => database.transaction((query) => work(through(query))),
  }
}

function sealPersonal(values: readonly unknown[], vault: Vault): readonly unknown[] {
  if (!values.some((value) => value instanceof Personal)) return values
  return values.map((value) => (value instanceof Personal ? sealValue(vault, value.value) : value))
}

function openRows(rows: readonly Row[], vault: Vault): void {
  const [first] = rows
  if (!first) return
  for (const column of sealedColumns) {
    if (!(column in first)) continue
    for (const row of rows) row[column] = openValue(vault, row[column])
  }
}

/** The form in which a value is kept: a text as text, bytes as bytes. */
export function sealValue<T extends string | Buffer>(vault: Vault, clear: T): T
export function sealValue(vault: Vault, clear: string | Buffer): string | Buffer {
  if (typeof clear !== 'string') return Buffer.concat([bytesMark, vault.seal(clear)])
  return textMark + vault.seal(Buffer.from(clear)).toString('base64')
}

/**
 * The clear value. What was kept before there were seals is clear already; what was changed since it was sealed stays
 * as it stands, and then agrees with no digest.
 */
export function openValue<T>(vault: Vault, value: T): T
export function openValue(vault: Vault, value: unknown): unknown {
  const sealed = sealedBytes(value)
  const clear = sealed && vault.open(sealed)
  if (!clear) return value
  return typeof value === 'string' ? clear.toString() : clear
}

/** How values begin that are sealed with a version; the one that seals now, unless another is asked for. */
export function markOf(vault: Vault, type: 'text' | 'bytea', version = vault.current()): string | Buffer {
  const head = vault.headOf(version)
  return type === 'text' ? textMark + head.toString('base64') : Buffer.concat([bytesMark, head])
}

/** What the vault made of a value; undefined when it is not sealed. */
export function sealedBytes(value: unknown): Buffer | undefined {
  if (typeof value === 'string') {
    if (!value.startsWith(textMark)) return undefined
    const bytes = Buffer.from(value.slice(textMark.length), 'base64')
    // Base64 is read leniently; what is longer than it need be was changed
    return value.length === textMark.length + 4 * Math.ceil(bytes.length / 3) ? bytes : undefined
  }
  if (!Buffer.isBuffer(value) || value.length < bytesMark.length) return undefined
  return value.subarray(0, bytesMark.length).equals(bytesMark) ? value.subarray(bytesMark.length) : undefined
}
