// What a delivery would send: its canonical form through the mapping of a set of files, or the issues that forbid it.
import { encodeDocument } from '../mapping/format/format.ts'
import { localTime } from '../time.ts'
import type { Bundle } from './bundle.ts'
import { type Ran, run } from './shadow-run.ts'

/** The message and the delivery, as far as a mapping may read them; `now`: when it would be sent. */
export type Origin = {
  message: string
  acceptedAt: Date
  now: Date
  source: string
  type: string
  key: string
}

/** The mapping of a step in a set of files; undefined when there is no such step, or its mapping is gone. */
export function mappingOf(bundle: Bundle, type: string, step: string) {
  const own = bundle.flows.get(type)?.steps.get(step)
  return own && bundle.library.outbound(own.mapping)
}

/** Maps a document as the next attempt would, up to the bytes; undefined when the files have no mapping for it. */
export async function mapDocument(
  bundle: Bundle,
  step: string,
  canonical: Record<string, unknown>,
  { message: messageId, acceptedAt, now, source, type, key }: Origin,
  results: Readonly<Record<string, unknown>>,
): Promise<Ran<Record<string, unknown>> | undefined> {
  const mapping = mappingOf(bundle, type, step)
  if (!mapping) return undefined
  const meta = {
    messageId,
    acceptedAt: localTime(acceptedAt),
    now: localTime(now),
    source,
    type,
    key,
  }
  return run(async () => {
    const value = await mapping.apply(canonical, { meta, steps: { ...results } })
    // a character its charset cannot carry is refused too
    encodeDocument(mapping.format, value, mapping)
    return value
  })
}
