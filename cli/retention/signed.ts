// What the commands share that change what the ledger holds: who and why.
import { flag, help, text } from '../arguments.ts'

/** Options of every such command. */
export const signedOptions = { by: text, why: text, json: flag, help } as const

/** The usage lines of `signedOptions`. */
export const signedUsage = `  --by, --why           who does it, and the reason; both are audited / 操作人与原因（留痕）
  --json                one JSON document on standard output
`
