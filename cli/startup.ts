// What keeps a command from its work, as a person reads it.
import type { StartupError } from '../core/errors.ts'

/** The message, what to do, and what the system said. */
export function startupText({ message, todo, cause }: StartupError): string {
  const said = cause instanceof Error ? `  (${cause.message})\n` : ''
  return `qiao: ${message}\n  → ${todo}\n${said}`
}
