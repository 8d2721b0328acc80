// What an import says while it runs, of records that were not taken, and at its end.
import { appendFile } from 'node:fs/promises'
import { errors, QiaoError, StartupError } from '../../core/errors.ts'
import type { ImportWatch, Reject } from '../../core/flow/import.ts'
import { LedgerAway } from '../../core/ledger/database.ts'
import type { ImportRow } from '../../core/ledger/import.ts'
import { type Output, writeJson } from '../mapping/output.ts'

/** Where the records that were not taken stand. */
export const rejectsOf = (file: string): string => `${file}.rejects.ndjson`

/** Tells how far it is once a second; writes what is not taken beside the file. */
export function watchOf(file: string, begun: ImportRow, output: Output): ImportWatch {
  const began = performance.now()
  let last = 0
  return {
    moved: (position) => {
      const now = performance.now()
      if (now - last < 1_000) return
      last = now
      const rate = Math.round((position - begun.position) / ((now - began) / 1_000))
      output.tell(`${position} records, ${rate}/s / 已读取 ${position} 条\n`)
    },
    rejected: async (rejects) => {
      const lines = rejects.map(({ record, error }: Reject) => JSON.stringify({ record, ...reasonOf(error) }))
      await appendFile(rejectsOf(file), `${lines.join('\n')}\n`, { mode: 0o600 })
    },
  }
}

/** Code, place and rule; never what the record holds. */
function reasonOf(error: QiaoError): Record<string, unknown> {
  const { code, issues, detail } = error
  const { zh, en } = errors[code]
  return { code, zh, en, ...(issues.length > 0 ? { issues } : detail ? { detail } : {}) }
}

/** Why an import ended before the end of its file, and how it goes on. Other errors stay what they are. */
export function explained(error: unknown): unknown {
  if (error instanceof LedgerAway) return stopped('the ledger takes nothing now', '账本暂时无法写入', error)
  if (!(error instanceof QiaoError)) return error
  const { zh, en } = errors[error.code]
  if (error.status === 503) return stopped(en, zh, error)
  return new StartupError(
    `the file cannot be read further: ${en}, ${error.detail ?? ''} / ${zh}`,
    'What stood before is in. Mend the file, and import it under another --name: what is in is known again.',
    error,
  )
}

/** The file is well: whoever waits, or makes room, loses nothing. */
function stopped(en: string, zh: string, cause: Error): StartupError {
  return new StartupError(
    `the import has stopped: ${en} / 导入已停止：${zh}`,
    'What was read so far is in. When that is mended, give the same command again: it goes on behind it. / 处理后重新执行同一命令即可续传。',
    cause,
  )
}

/** Exit code 0 when every record is in, else 1. */
export function told(row: ImportRow, json: boolean, output: Output): number {
  const { name, position, accepted, duplicates, refused } = row
  if (json) writeJson(output, { name, records: position, accepted, duplicates, refused })
  else
    output.write(
      `${name}: ${position} records: ${accepted} accepted, ${duplicates} known before, ${refused} refused\n` +
        `共 ${position} 条：受理 ${accepted}，已有 ${duplicates}，未受理 ${refused}\n`,
    )
  return refused === 0 ? 0 : 1
}
