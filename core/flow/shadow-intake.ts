// The intake of a stored message: its bytes converted with the candidate files, held against the stored canonical form.
import type { PastMessage } from '../ledger/history.ts'
import { differences } from '../mapping/difference.ts'
import type { CanonicalRecord, Intake } from '../mapping/intake.ts'
import { personalValues } from '../mapping/mask.ts'
import type { MapContext } from '../mapping/run.ts'
import { localTime } from '../time.ts'
import type { Fileset } from './shadow-past.ts'
import { issueFindings, type Ran, run, toFinding } from './shadow-run.ts'
import type { Finding, Tally } from './shadow-tally.ts'

export type IntakeInput = {
  message: PastMessage
  canonical: Record<string, unknown>
  payload: Buffer
  past: Fileset
  candidate: Fileset
  isSame: (mapping: string) => boolean
  /** conversions of bodies with several messages, so that each is made once */
  cache: Map<string, Promise<Ran<CanonicalRecord[]>>>
}

/** `unreproduced`: the files of then do not give any more what was stored, whatever the candidate gives. */
export type IntakeCounts = { compared: number; unreproduced: number; unknown: number }

/** Compares the intake of a message. */
export async function compareIntake(input: IntakeInput, tally: Tally): Promise<IntakeCounts> {
  const { message, past, candidate } = input
  const ways = waysOf(past, message)
  const counts = { compared: 0, unreproduced: 0, unknown: 0 }
  if (ways.length === 0) return { ...counts, unknown: 1 }
  counts.compared = 1
  if (
    ways.every(
      (way) => nextOf(candidate, message, way)?.name === way.intake.name && input.isSame(way.intake.name),
    )
  ) {
    tally.skip({ mapping: ways[0]?.intake.name ?? '', direction: 'intake' })
    return counts
  }
  const { findings, mapping, isReproduced } = await judge(input, ways)
  if (!isReproduced) counts.unreproduced = 1
  tally.add({ mapping, direction: 'intake' }, { message: message.id }, findings, () => {
    const personal = [past, candidate].flatMap(
      ({ library }) => library.types.get(message.type)?.personal ?? [],
    )
    return { personal, known: personalValues(input.canonical, personal) }
  })
  return counts
}

/** A message name of the department's system file and the mapping it led to. */
type Way = { name: string; intake: Intake }

/** How the message may have come in: the ledger keeps the type, and several messages of a system can become one. */
function waysOf({ systems, library }: Fileset, { source, type }: PastMessage): Way[] {
  return Object.entries(systems.get(source)?.messages ?? {}).flatMap(([name, mapping]) => {
    const intake = library.intake(mapping)
    return intake?.to === type ? [{ name, intake }] : []
  })
}

function nextOf({ systems, library }: Fileset, { source }: PastMessage, { name }: Way): Intake | undefined {
  return library.intake(systems.get(source)?.messages[name] ?? '')
}

type Judged = { findings: Finding[]; mapping: string; isReproduced: boolean }

async function judge(input: IntakeInput, ways: readonly Way[]): Promise<Judged> {
  const { message, candidate } = input
  const [only] = ways
  if (only && ways.length === 1) {
    const next = nextOf(candidate, message, only)
    const made = next && (await convert(input, 'next', next, undefined))
    if (next && made?.ok && isStored(made.value, message))
      return { findings: [], mapping: next.name, isReproduced: true }
  }
  // something differs: what the files of then give now tells what of it is the candidate's doing
  const { way, contentType, ran } = await reproduce(input, ways)
  const next = nextOf(candidate, message, way)
  if (!next) {
    const findings: Finding[] = [{ field: '(message)', kind: 'refused', rule: 'request.unknown-message' }]
    return { findings, mapping: way.intake.name, isReproduced: true }
  }
  const made = await convert(input, 'next', next, contentType)
  const isReproduced = ran.ok && isStored(ran.value, message)
  return { findings: findingsOf(input, ran, made), mapping: next.name, isReproduced }
}

/** The way and content type (the ledger keeps none) that give what was stored; the first when none does. */
async function reproduce(input: IntakeInput, ways: readonly Way[]) {
  let first: { way: Way; contentType: string | undefined; ran: Ran<CanonicalRecord[]> } | undefined
  for (const way of ways) {
    for (const contentType of [undefined, `${types[way.intake.format] ?? ''}; charset=gb18030`]) {
      const ran = await convert(input, 'past', way.intake, contentType)
      const tried = { way, contentType, ran }
      if (ran.ok && isStored(ran.value, input.message)) return tried
      first ??= tried
    }
  }
  if (!first) throw new TypeError('no way in')
  return first
}

const types: Readonly<Record<string, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  form: 'application/x-www-form-urlencoded',
  csv: 'text/csv',
}

function convert(
  { message, payload, cache }: IntakeInput,
  side: 'past' | 'next',
  intake: Intake,
  contentType: string | undefined,
): Promise<Ran<CanonicalRecord[]>> {
  const acceptedAt = localTime(message.accepted_at)
  const context: MapContext = { meta: { acceptedAt, now: acceptedAt, source: message.source }, steps: {} }
  const work = (): Promise<Ran<CanonicalRecord[]>> => run(() => intake.accept(payload, contentType, context))
  if (message.post === null) return work()
  const name = [message.post, message.bundle, side, intake.name, contentType].join(' ')
  const known = cache.get(name) ?? work()
  cache.set(name, known)
  return known
}

/** Whether the records hold the message as it was stored. */
function isStored(records: readonly CanonicalRecord[], message: PastMessage): boolean {
  return records.some(
    (record) =>
      record.deduplication === message.deduplication && JSON.stringify(record.value) === message.canonical,
  )
}

function findingsOf(
  { message, canonical }: IntakeInput,
  past: Ran<CanonicalRecord[]>,
  next: Ran<CanonicalRecord[]>,
): Finding[] {
  const place = past.ok
    ? past.value.findIndex(({ deduplication }) => deduplication === message.deduplication)
    : -1
  if (!next.ok) return refusedFindings(past, next.issues, place)
  const record = recordOf(past, next.value, place, message)
  if (!record) return [{ field: '(message)', kind: 'removed' }]
  const again = past.ok ? differences(canonical, past.value[place]?.value ?? canonical) : []
  const known = new Set(again.map(({ path, kind, after }) => JSON.stringify([path, kind, after])))
  return differences(canonical, record.value)
    .filter(({ path, kind, after }) => !known.has(JSON.stringify([path, kind, after])))
    .map(toFinding)
}

/** The record of the message: at the place where it stood, or by its deduplication key when there are more or fewer. */
function recordOf(
  past: Ran<CanonicalRecord[]>,
  records: readonly CanonicalRecord[],
  place: number,
  message: PastMessage,
): CanonicalRecord | undefined {
  if (past.ok && place >= 0 && past.value.length === records.length) return records[place]
  return records.find(({ deduplication }) => deduplication === message.deduplication)
}

/** A body is refused as a whole: a record that has no fault of its own goes with it, under the rule `post`. */
function refusedFindings(
  past: Ran<CanonicalRecord[]>,
  issues: readonly { path: string; rule: string; zh: string; en: string }[],
  place: number,
): Finding[] {
  const known = new Set(past.ok ? [] : past.issues.map(({ path, rule }) => `${path} ${rule}`))
  const fresh = issues.filter(({ path, rule }) => !known.has(`${path} ${rule}`))
  const isSingle = past.ok && past.value.length === 1
  const own = fresh.filter(({ path }) => {
    const index = /\[(\d+)\]/.exec(path)?.[1]
    return isSingle || place < 0 || index === undefined || Number(index) === place
  })
  if (own.length > 0 || fresh.length === 0) return issueFindings(own, 'refused')
  const texts = { zh: '同一请求中的其他记录被拒绝', en: 'another record of the same body is refused' }
  return [{ field: '(message)', kind: 'refused', rule: 'post', ...texts }]
}
