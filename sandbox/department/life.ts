// The life of one case, as a deterministic list of records in the order in which they happen:
// acceptance, materials, steps, sometimes a special procedure, completion, mostly a licence, a review.
import { DAY, date, HOUR, MINUTE, type Moment, working } from './calendar.ts'
import type { Department, Item } from './catalog.ts'
import { type Applicant, makeCompany, makePerson } from './people.ts'
import { indicators, remarks } from './praise.ts'
import type { Random } from './random.ts'
import type {
  Case,
  Completion,
  Entry,
  Inspection,
  Licence,
  Material,
  Process,
  Review,
  Special,
} from './record.ts'

const special = [
  { sort: 'other', name: '专家评审', reason: '申请事项技术复杂，依法需组织专家评审', result: '专家评审通过' },
  { sort: 'other', name: '检验检测', reason: '依据法律规定需要进行检验检测', result: '检测结论合格' },
  {
    sort: 'extension',
    name: '延长审批',
    reason: '情况特殊，经本机关负责人批准延长办理期限',
    result: '同意延长',
  },
] as const

/** A new case accepted on day `day` (midnight) under number `no`. */
export function openCase(department: Department, random: Random, no: string, day: Moment): Case {
  const item = random.pick(department.items)
  const applicant = applicantFor(department, item, random)
  const acceptedAt = day + 9 * HOUR + random.int(0, 7 * 60) * MINUTE + random.int(0, 59) * 1000
  return {
    no,
    area: no.slice(0, 6),
    item,
    applicant,
    ...(random.oneIn(4) ? { agent: makePerson(random) } : {}),
    appliedAt: acceptedAt - random.int(1, 50) * MINUTE,
    acceptedAt,
    officer: random.pick(department.officers),
  }
}

function applicantFor(department: Department, item: Item, random: Random): Applicant {
  return item.for === 'person' ? makePerson(random) : makeCompany(random, department.trades)
}

/** All records of a case, first to last. */
export function liveCase(department: Department, subject: Case, random: Random): Entry[] {
  const entries: Entry[] = [
    {
      kind: 'acceptance',
      case: subject,
      channel:
        subject.item.for === 'person' ? random.pick([1, 2, 3] as const) : random.pick([1, 1, 2, 4] as const),
      documentNo: `绵受〔${subject.no.slice(7, 11)}〕${subject.no.slice(-6)}号`,
      promisedAt: subject.acceptedAt + (subject.item.promiseDays + 1) * DAY,
    },
  ]
  const materials = subject.item.materials.map((name, i) => makeMaterial(subject, name, i + 1, random))
  entries.push(...random.sample(materials, random.int(1, materials.length)))
  let clock = subject.acceptedAt
  subject.item.steps.forEach((step, i) => {
    const process = makeProcess(department, subject, step, i + 1, clock, random)
    clock = process.endAt
    entries.push(process)
    if (i === 0 && random.oneIn(6)) {
      const pause = makeSpecial(department, subject, clock, random)
      clock = pause.endAt
      entries.push(pause)
    }
  })
  const completion = complete(department, subject, clock, random)
  entries.push(completion)
  if (!random.oneIn(5)) entries.push(review(subject, completion, random))
  return entries
}

function makeMaterial(subject: Case, name: string, n: number, random: Random): Material {
  const way = random.pick(['paper', 'upload', 'licence'] as const)
  const id = `${subject.no}-M${n}`
  return {
    kind: 'material',
    case: subject,
    id,
    name,
    way,
    copies: random.int(1, 3),
    ...(way === 'upload' ? { file: `${name}.pdf` } : {}),
  }
}

function makeProcess(
  department: Department,
  subject: Case,
  step: string,
  n: number,
  after: Moment,
  random: Random,
): Process {
  const startAt = working(after + random.int(1, 90) * MINUTE)
  return {
    kind: 'process',
    case: subject,
    id: `${subject.no}-P${n}`,
    step,
    action: random.oneIn(12) ? 'other' : 'pass',
    officer: random.pick(department.officers),
    opinion: `${step}完成，材料齐全，符合法定形式，同意进入下一环节。`,
    startAt,
    endAt: working(startAt + random.int(5, 240) * MINUTE),
  }
}

function makeSpecial(department: Department, subject: Case, after: Moment, random: Random): Special {
  const startAt = working(after + random.int(10, 60) * MINUTE)
  return {
    kind: 'special',
    case: subject,
    id: `${subject.no}-S1`,
    ...random.pick(special),
    startAt,
    endAt: working(startAt + random.int(1, 5) * DAY),
    officer: random.pick(department.officers),
  }
}

function complete(department: Department, subject: Case, after: Moment, random: Random): Completion {
  const completedAt = working(after + random.int(5, 120) * MINUTE)
  const approved = !random.oneIn(12)
  const licence = approved ? makeLicence(subject, completedAt) : undefined
  return {
    kind: 'completion',
    case: subject,
    officer: random.pick(department.officers),
    completedAt,
    result: approved ? 'approved' : 'refused',
    explanation: approved ? '经审查，符合法定条件，准予办理。' : '经审查，不符合法定条件，不予办理。',
    courier: random.oneIn(4),
    ...(licence ? { licence } : {}),
    ...(random.oneIn(3) ? { satisfaction: random.pick([5, 5, 4, 3, 2]) } : {}),
  }
}

function makeLicence(subject: Case, issuedAt: Moment): Licence | undefined {
  const kind = subject.item.licence
  if (!kind) return undefined
  const serial = subject.no.replaceAll('-', '')
  return {
    item: subject.item,
    number: `${kind.prefix}${serial.slice(6)}`,
    version: '001',
    holder: subject.applicant,
    issuedAt,
    ...(kind.years > 0 ? { until: issuedAt + kind.years * 365 * DAY } : {}),
    area: subject.area,
  }
}

function review(subject: Case, completion: Completion, random: Random): Review {
  const satisfaction = random.pick([5, 5, 5, 5, 4, 4, 3, 2, 1])
  const details =
    satisfaction < 3 || !random.oneIn(4)
      ? random.sample(indicators[satisfaction] ?? [], random.int(1, 3))
      : []
  const says = satisfaction < 3 || random.oneIn(3)
  return {
    kind: 'review',
    case: subject,
    round: 2,
    times: 1,
    channel: random.pick([1, 2, 3, 4] as const),
    satisfaction,
    details: details.toSorted(),
    ...(says ? { text: random.pick(remarks[satisfaction] ?? []) } : {}),
    reviewedAt: completion.completedAt + random.int(3, 600) * MINUTE,
  }
}

/** A licence sent on its own: `no` is a number in case-number form that no case has. */
export function issueLicence(department: Department, random: Random, no: string, day: Moment): Entry {
  const items = department.items.filter((item) => item.licence)
  const item = random.pick(items)
  const subject = {
    ...openCase(department, random, no, day),
    item,
    applicant: applicantFor(department, item, random),
  }
  const licence = makeLicence(subject, subject.acceptedAt)
  if (!licence) throw new Error(`${item.name} issues no licence`)
  return { kind: 'licence', licence }
}

/** One inspection by two or three officers. */
export function inspect(department: Department, random: Random, no: string, day: Moment): Inspection {
  const matter = random.pick(department.matters)
  const found = random.oneIn(3)
  const checkedAt = day + random.int(9, 16) * HOUR
  return {
    kind: 'inspection',
    no: `JC-${department.name.toUpperCase()}-${date(day).replaceAll('-', '')}-${no.slice(-6)}`,
    matter,
    subject: makeCompany(random, department.trades),
    area: no.slice(0, 6),
    form: random.pick([1, 2, 3] as const),
    planned: random.oneIn(2),
    onSite: !random.oneIn(5),
    result: found ? 2 : 1,
    finding: matter.findings[found ? 1 : 0] ?? '',
    checkedAt,
    inspectors: random.sample(department.inspectors, random.int(2, 3)),
  }
}
