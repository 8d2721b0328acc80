// The port of whoever counts what the hub does, while it does it. Labels are names of files (systems, types) and words of
// this program, never keys, ids or texts of a request. What can be read from the ledger is a health fact instead.

export type Commit = 'posts' | 'turns'

export type Meter = {
  /** a request of a department was answered; `source` and `type` are '' where it did not get so far; seconds */
  request(source: string, type: string, status: number, seconds: number): void
  /** a message was accepted, or answered with its first receipt */
  accepted(source: string, type: string, duplicate: boolean): void
  /** an attempt ended; `state` of its delivery from now on; seconds */
  attempt(system: string, outcome: string, state: string, seconds: number): void
  /** so many posts or turns of lanes shared one commit; seconds */
  commit(kind: Commit, size: number, seconds: number): void
}

/** Counts nothing: for tests, and for commands that are no hub. */
export const noMeter: Meter = {
  request: () => undefined,
  accepted: () => undefined,
  attempt: () => undefined,
  commit: () => undefined,
}
