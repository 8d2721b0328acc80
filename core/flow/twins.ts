// One record twice in one post: departments that collect a day's work do that. It is one message, answered twice.
import { QiaoError } from '../errors.ts'
import type { CanonicalRecord } from '../mapping/intake.ts'

/** A record on its way into the ledger; `twin`: an earlier record of the same post that is the same message. */
type Twin<D> = { record: CanonicalRecord; canonicalDigest: Buffer; twin?: D }

/** Joins later records of a post to the first of their deduplication key. Throws message.conflict when they differ. */
export function joinTwins<D extends Twin<D>>(drafts: readonly D[]): void {
  const known = new Map<string, number>()
  drafts.forEach((draft, index) => {
    const name = `${draft.record.type} ${draft.record.deduplication}`
    const earlier = known.get(name) ?? index
    known.set(name, earlier)
    const first = drafts[earlier]
    if (first === undefined || first === draft) return
    if (!first.canonicalDigest.equals(draft.canonicalDigest)) {
      const detail = `record ${index} differs from record ${earlier} of the same post`
      throw new QiaoError('message.conflict', { detail })
    }
    draft.twin = first
  })
}
