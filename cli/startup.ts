// What keeps a command from its work, as a person reads it.
import { StartupError } from '../core/errors.ts'
import { LedgerAway } from '../core/ledger/database.ts'
import { FileError } from '../core/yaml.ts'

/** The message, what to do, and what the system said. */
export function startupText({ message, todo, cause }: StartupError): string {
  const said = cause instanceof Error ? `  (${cause.message})\n` : ''
  return `qiao: ${message}\n  → ${todo}\n${said}`
}

/** What a person reads of an error that keeps a command from its work; undefined for a defect, which shows its stack. */
export function toldText(error: unknown): string | undefined {
  if (error instanceof FileError) return `${error.message}\n`
  if (error instanceof StartupError) return startupText(error)
  if (!(error instanceof LedgerAway)) return undefined
  return startupText(
    new StartupError(
      'the ledger takes nothing now / 账本暂时不可用',
      'See that PostgreSQL runs and has room, then give the same command again. / 请确认 PostgreSQL 正在运行且磁盘有余量，再重新执行同一命令。',
      error,
    ),
  )
}
