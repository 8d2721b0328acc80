// What a correction would change, leaf by leaf, in the canonical form and in what each platform would get.
import type { Issue } from '../errors.ts'
import type { OpenDelivery } from '../ledger/correction.ts'
import type { Evidenced } from '../ledger/message.ts'
import { type Difference, differences } from '../mapping/difference.ts'
import { personalValues } from '../mapping/mask.ts'
import type { Bundle } from './bundle.ts'
import { mapDocument, mappingOf } from './mapped.ts'
import { maskLeaf, type Private } from './privacy.ts'
import type { Loaded, Registry } from './registry.ts'

/** One leaf that changes; personal values are masked, and may then look alike. */
export type Change = { path: string; kind: Difference['kind']; before?: string; after?: string }

export type CorrectionPreview = {
  /** SM3 (hex) of the canonical form that goes by now */
  base: string
  /** numbers of the files that convert it, before and after */
  bundle: { before: number; after: number }
  canonical: Change[]
  steps: {
    step: string
    system: string
    state: OpenDelivery['state']
    /** `refused`: why nothing could be sent after the correction; `wasRefused`: why it cannot now */
    mapped: { changes: Change[]; refused: readonly Issue[]; wasRefused: readonly Issue[] }
  }[]
}

type Subject = {
  message: string
  stored: Evidenced
  own: OpenDelivery
  open: readonly OpenDelivery[]
  /** the files after the correction */
  bundle: Loaded
  /** the canonical form after it */
  value: Record<string, unknown>
  /** what earlier steps left for this message */
  results: Readonly<Record<string, unknown>>
}

/** Compares before and after. */
export async function previewCorrection(registry: Registry, subject: Subject): Promise<CorrectionPreview> {
  const { own, open, bundle, value, stored } = subject
  const base = JSON.parse(own.canonical) as Record<string, unknown>
  const before = await registry.pinned(own.bundle).catch(() => undefined)
  const personal = [...(before ? personalOf(before, stored.type) : []), ...personalOf(bundle, stored.type)]
  const now = new Date()
  const known = [...personalValues(base, personal), ...personalValues(value, personal)]
  return {
    base: own.canonical_digest.toString('hex'),
    bundle: { before: own.bundle, after: bundle.id },
    canonical: differences(base, value, true).map((each) => changeOf(each, { personal, known })),
    steps: await Promise.all(open.map((delivery) => compareStep(registry, subject, delivery, known, now))),
  }
}

async function compareStep(
  registry: Registry,
  { message, stored, bundle, value, results }: Subject,
  { step, system, state, key, bundle: id, canonical }: OpenDelivery,
  known: Private['known'],
  now: Date,
): Promise<CorrectionPreview['steps'][number]> {
  const { source, type, accepted_at: acceptedAt } = stored
  const origin = { message, acceptedAt, now, source, type, key }
  const old = await registry.pinned(id).catch(() => undefined)
  const was = old && (await mapDocument(old, step, JSON.parse(canonical), origin, results))
  const will = await mapDocument(bundle, step, value, origin, results)
  const personal = [old, bundle].flatMap((set) => (set && mappingOf(set, type, step)?.personal) ?? [])
  const found = will?.ok ? differences(was?.ok ? was.value : {}, will.value, true) : []
  return {
    step,
    system,
    state,
    mapped: {
      changes: found.map((each) => changeOf(each, { personal, known })),
      refused: will?.ok ? [] : (will?.issues ?? [noMapping]),
      wasRefused: was?.ok ? [] : (was?.issues ?? [noMapping]),
    },
  }
}

const noMapping: Issue = {
  path: '',
  rule: 'mapping',
  en: 'the files have no mapping for this step',
  zh: '映射文件中没有此步骤的映射',
}

function personalOf({ library }: Bundle, type: string) {
  return library.types.get(type)?.personal ?? []
}

function changeOf({ path, kind, before, after }: Difference, hidden: Private): Change {
  const [old, next] = [maskLeaf(path, before, hidden), maskLeaf(path, after, hidden)]
  return {
    path,
    kind,
    ...(old === undefined ? {} : { before: old }),
    ...(next === undefined ? {} : { after: next }),
  }
}
