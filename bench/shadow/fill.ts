// Fills a ledger with department messages through the real mapping and acceptance, and marks their deliveries done.
import { createAcceptor } from '../../core/flow/accept.ts'
import { type Bundle, packFiles } from '../../core/flow/bundle.ts'
import { planDeliveries } from '../../core/flow/place.ts'
import type { Loaded } from '../../core/flow/registry.ts'
import { saveBundle } from '../../core/ledger/bundle.ts'
import type { Database } from '../../core/ledger/database.ts'
import { localTime } from '../../core/time.ts'
import type { Message } from '../../sandbox/department/message.ts'
import { plan } from '../../sandbox/department/plan.ts'

const together = 64

export type FillOptions = {
  /** at least so many messages */
  count: number
  /** hears of each body that went in, with the place of its bundle in the list */
  note: (message: Message, bundle: number) => void
  progress?: (messages: number) => void
}

/** Accepts messages, an equal share under each of the bundles, in their order. Answers how many messages there are. */
export async function fill(
  database: Database,
  bundles: readonly Bundle[],
  { count, note, progress }: FillOptions,
): Promise<number> {
  const loaded: Loaded[] = []
  for (const bundle of bundles) {
    const id = await saveBundle(database.query, bundle.digest, packFiles(bundle.files))
    loaded.push({ ...bundle, id, links: new Map() })
  }
  const signer = { keyId: 'bench', sign: async () => Buffer.alloc(64, 1) }
  const nobody = { wake: () => undefined, keep: () => undefined }
  const acceptor = createAcceptor(database, signer, nobody, together * 4)
  const accept = async (message: Message, which: number): Promise<number> => {
    const { department: source, kind, body: payload, contentType } = message
    const bundle = loaded[which] as Loaded
    const intake = bundle.library.intake(bundle.systems.get(source)?.messages[kind] ?? '')
    if (!intake) throw new Error(`no intake for ${message.path}`)
    const now = localTime(new Date())
    const meta = { acceptedAt: now, now, source }
    const records = await intake.accept(payload, contentType, { meta, steps: {} })
    const post = { source, nonce: undefined, payload, bundle: bundle.id, records }
    const accepted = await acceptor.accept({
      ...post,
      plan: (record, acceptedAt) => planDeliveries(bundle, record, acceptedAt),
    })
    note(message, which)
    return accepted.filter(({ duplicate }) => !duplicate).length
  }
  let messages = 0
  let parcel: Promise<number>[] = []
  const flush = async (): Promise<void> => {
    for (const accepted of await Promise.all(parcel)) messages += accepted
    parcel = []
    progress?.(messages)
  }
  for (const job of plan({ cases: count, seed: 'shadow', run: '1', faults: false })) {
    const which = Math.min(loaded.length - 1, Math.floor((messages * loaded.length) / count))
    for (const { message } of job) parcel.push(accept(message, which))
    if (parcel.length >= together) await flush()
    if (messages >= count) break
  }
  await flush()
  await settleAll(database)
  return messages
}

/** Every delivery done, each tried at a moment of its own; the seal step leaves a result of its own. */
async function settleAll({ query }: Database): Promise<void> {
  await query(
    `UPDATE delivery SET state = 'delivered', settled_at = now(), attempts = 1,
       result = CASE step WHEN 'seal' THEN json_build_object('signedValue', md5(message::text || step))::text END`,
  )
  await query(
    `INSERT INTO attempt (message, step, number, started_at, duration, outcome, evidence, leaf)
     SELECT message, step, 1, now() + seq * interval '7 seconds', 5, 'delivered', message, 0 FROM delivery`,
  )
}
