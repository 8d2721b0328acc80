// What was sent, or would be: the document of a delivery made once more, and how its platform is asked for it.
import type { Database } from '../ledger/database.ts'
import { resultsOf } from '../ledger/message.ts'
import type { SentRow } from '../ledger/sent.ts'
import { localTime } from '../time.ts'
import type { Exchanged } from './exchange.ts'
import { pinnedPlace } from './place.ts'
import type { Registry } from './registry.ts'

/** `names`: what the platform calls it; `ask` asks whether it has it, undefined where it cannot be asked. */
export type Sent = {
  document: unknown
  names: Record<string, unknown>
  ask: (() => Promise<Exchanged>) | undefined
}

const always = (): boolean => true

/** Undefined where nothing says what the platform calls it, or the document lacks a part of the name. */
export async function sentOf(
  { database, registry }: { database: Database; registry: Registry },
  system: string,
  row: SentRow,
): Promise<Sent | undefined> {
  const { bundle, step, link, ...place } = await pinnedPlace(registry, row, system)
  const { repeat, named } = place.system.operations.get(step.operation) ?? {}
  const mapping = bundle.library.outbound(step.mapping)
  if (!mapping || !named) return undefined
  const document = await mapping.apply(JSON.parse(row.canonical) as Record<string, unknown>, {
    meta: {
      messageId: row.message,
      acceptedAt: localTime(row.accepted_at),
      now: localTime(row.settled_at ?? row.accepted_at),
      source: row.source,
      type: row.type,
      key: row.key,
    },
    steps: step.needs.length > 0 ? await resultsOf(database.query, row.message) : {},
  })
  const names = named(document)
  const ask = typeof repeat === 'object' ? () => link.ask(repeat, document, always) : undefined
  return names && { document, names, ask }
}
