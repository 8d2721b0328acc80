// Durations in configuration files: `500ms`, `10s`, `5m`, `2h`.
import { z } from 'zod'

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** A duration text that becomes milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'a duration such as 500ms, 10s, 5m or 2h')
  .transform((text) => Number.parseInt(text, 10) * units[text.replace(/^\d+/, '') as keyof typeof units])
