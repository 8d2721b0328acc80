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

/** Accepts at least `count` messages; `note` is told each body that went in. Answers how many messages there are. */
export async function fill(
  database: Database,
  bundle: Bundle,
  count: number,
  note: (message: Message) => void,
): Promise<number> {
  const id = await saveBundle(database.query, bundle.digest, packFiles(bundle.files))
  const loaded: Loaded = { ...bundle, id, links: new Map() }
  const signer = { keyId: 'bench', sign: async () => Buffer.alloc(64, 1) }
  const nobody = { wake: () => undefined, keep: () => undefined }
  const acceptor = createAcceptor(database, signer, nobody, together * 4)
  const accept = async (message: Message): Promise<number> => {
    const { department: source, kind, body: payload, contentType } = message
    const intake = bundle.library.intake(bundle.systems.get(source)?.messages[kind] ?? '')
    if (!intake) throw new Error(`no intake for ${message.path}`)
    const now = localTime(new Date())
    const records = await intake.accept(payload, contentType, {
      meta: { acceptedAt: now, now, source },
      steps: {},
    })
    const post = { source, nonce: undefined, payload, bundle: id, records }
    const accepted = await acceptor.accept({ ...post, plan: (record) => planDeliveries(loaded, record) })
    note(message)
    return accepted.filter(({ duplicate }) => !duplicate).length
  }
  let messages = 0
  let parcel: Promise<number>[] = []
  const flush = async (): Promise<void> => {
    for (const accepted of await Promise.all(parcel)) messages += accepted
    parcel = []
  }
  for (const job of plan({ cases: count, seed: 'shadow', run: '1', faults: false })) {
    for (const { message } of job) parcel.push(accept(message))
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
