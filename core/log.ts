// One JSON line per event on standard error; silence otherwise. Never pass payloads, secrets or personal data.

export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Fields = Record<string, string | number | boolean | null | undefined>
export type Log = Record<Level, (event: string, fields?: Fields) => void>

const order: readonly Level[] = ['debug', 'info', 'warn', 'error']

/**
 * Makes a logger that writes events at `level` and above.
 * @example log.warn('breaker.open', { system: 'province', failures: 10 })
 */
export function createLog(
  level: Level,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const threshold = order.indexOf(level)
  const at =
    (name: Level) =>
    (event: string, fields: Fields = {}): void => {
      if (order.indexOf(name) < threshold) return
      write(`${JSON.stringify({ at: new Date().toISOString(), level: name, event, ...fields })}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
