// Reports that a bureau opens in a spreadsheet and files.
import { stringify } from 'csv-stringify/sync'

/** Stands before the first row, so that spreadsheets read the Chinese. */
export const byteOrderMark = '\ufeff'

/** Rows as CSV (RFC 4180); what a spreadsheet would take for a formula is escaped. */
export function csvRows(rows: readonly (readonly (string | number)[])[]): string {
  return stringify(rows as (string | number)[][], { record_delimiter: '\r\n', escape_formulas: true })
}
