// One message as it goes over the wire: path, content type and bytes. Records in, bytes out.

import { dayOf } from './calendar.ts'
import { housing } from './catalog/housing.ts'
import { market } from './catalog/market.ts'
import { social } from './catalog/social.ts'
import type { Department, DepartmentName } from './catalog.ts'
import { housingDocument } from './dress/housing.ts'
import { marketDocument } from './dress/market.ts'
import { socialDocument } from './dress/social.ts'
import { inspect, issueLicence, liveCase, openCase } from './life.ts'
import { createRandom } from './random.ts'
import type { Entry, Kind } from './record.ts'

/** The three departments by name. */
export const departments: Readonly<Record<DepartmentName, Department>> = { housing, social, market }

/** A body to post; a batch of market carries several records. */
export type Message = {
  department: DepartmentName
  kind: Kind
  /** `/v1/<system>/<message>` */
  path: string
  contentType: string
  body: Buffer
  entries: readonly Entry[]
}

/** Writes records of one kind as their department does. Only market takes more than one record. */
export function dress(department: Department, entries: readonly Entry[], batchNo: string): Message {
  const [first] = entries
  if (!first) throw new Error('a message needs a record')
  if (department.name !== 'market' && entries.length > 1)
    throw new Error(`${department.name} sends single records`)
  const common = {
    department: department.name,
    kind: first.kind,
    path: `/v1/${department.name}/${first.kind}`,
    entries,
  }
  switch (department.name) {
    case 'housing':
      return { ...common, contentType: 'application/json', body: json(housingDocument(department, first)) }
    case 'social':
      return {
        ...common,
        contentType: 'application/xml; charset=GBK',
        body: socialDocument(department, first),
      }
    case 'market':
      return {
        ...common,
        contentType: 'application/json; charset=utf-8',
        body: json(marketDocument(department, batchNo, entries)),
      }
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8')
}

/**
 * One message of a kind, for tests: the first such record of the cases a seed makes.
 * `caseNo` (default 510700-20260601-000001) names the case; with it comes the day.
 */
export function buildMessage(
  name: DepartmentName,
  kind: Kind,
  options: { seed?: string; caseNo?: string } = {},
): Message {
  const { seed = '1', caseNo = '510700-20260601-000001' } = options
  const department = departments[name]
  const digits = caseNo.slice(7, 15)
  const day = dayOf(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`)
  for (let n = 1; n <= 200; n++) {
    const random = createRandom(`${seed}/${name}/${n}`)
    const entry = makeEntry(department, kind, random, caseNo, day)
    if (entry) return dress(department, [entry], `${digits}00001`)
  }
  throw new Error(`no ${kind} in 200 cases of seed ${seed}`)
}

function makeEntry(
  department: Department,
  kind: Kind,
  random: ReturnType<typeof createRandom>,
  no: string,
  day: number,
): Entry | undefined {
  if (kind === 'licence') return issueLicence(department, random, no, day)
  if (kind === 'inspection') return inspect(department, random, no, day)
  const subject = openCase(department, random, no, day)
  return liveCase(department, subject, random).find((entry) => entry.kind === kind)
}
