// The generator's own memory of what the hub promised: one line per acknowledged record, written as it comes.
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import type { Entry } from '../../../sandbox/department/record.ts'
import type { Acknowledged } from '../acknowledged.ts'

export type Notebook = {
  /** `seq`: place of the first entry in its key; one receipt an entry */
  note(entries: readonly Entry[], seq: number, body: Buffer, receipts: readonly unknown[]): void
  /** on disk when it returns */
  close(): void
}

/** Appends to `file`. */
export function openNotebook(file: string): Notebook {
  const handle = openSync(file, 'a')
  return {
    note(entries, seq, body, receipts) {
      const posted = createHash('sm3').update(body).digest('hex')
      const lines = entries.map((entry, i) => {
        const line: Acknowledged = { ...nameOf(entry), seq: seq + i, posted, receipt: receipts[i] }
        return `${JSON.stringify(line)}\n`
      })
      writeSync(handle, lines.join(''))
    },
    close() {
      fsyncSync(handle)
      closeSync(handle)
    },
  }
}

/** What a record is called by its department. */
function nameOf(entry: Entry): Pick<Acknowledged, 'kind' | 'key' | 'part' | 'licence'> {
  const { kind } = entry
  if (kind === 'inspection') return { kind, key: entry.no, part: '', licence: '' }
  if (kind === 'licence') return { kind, key: entry.licence.number, part: '', licence: entry.licence.number }
  const licence = kind === 'completion' ? (entry.licence?.number ?? '') : ''
  return { kind, key: entry.case.no, part: 'id' in entry ? entry.id : '', licence }
}
