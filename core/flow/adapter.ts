// What is special to one kind of outside system; everything else about a system is shared code and YAML.
import type { Keys } from '../signing/keys.ts'

/** What an adapter found in an accepted reply. `result` is recorded; `reason` says why it is refused. */
export type Inspection =
  | { ok: true; result: Record<string, unknown> }
  | { ok: false; reason: string; result: Record<string, unknown> }

/** The special part of one kind of system. A kind with nothing special has no adapter. */
export type Adapter = {
  /** the name a system file gives under `adapter:` */
  name: string
  /** mapping functions that only this kind of system needs, called by `fn:` in a mapping */
  functions?: Readonly<Record<string, (args: Record<string, unknown>) => unknown>>
  /** names `inspect` adds to the result of a reply, which later steps may look up */
  results?: readonly string[]
  /**
   * Judges an accepted reply before it is recorded: `sent` is the mapped document that was sent, `result`
   * what the reply rule took out of the reply. Hostile input must give ok: false, never a rejection.
   */
  inspect?(input: {
    operation: string
    sent: unknown
    result: Record<string, unknown>
    keys: Keys
    now: Date
  }): Promise<Inspection>
}
