// What a run will send, worked out before anything is sent: jobs that are each strictly in order inside
// and independent of each other, so that they may run side by side.
import { DAY, date, dayOf, working } from './calendar.ts'
import type { Department, DepartmentName } from './catalog.ts'
import { inspect, issueLicence, liveCase, openCase } from './life.ts'
import { departments, dress, type Message } from './message.ts'
import { createRandom, hash32, type Random } from './random.ts'
import type { Entry } from './record.ts'
import { spoil } from './spoil.ts'

/** One posting. `twice` = send it again on purpose; `bad` = the hub must refuse it. */
export type Posting = { message: Message; twice: boolean; bad: boolean }
/** Postings that must go one after the other. */
export type Job = readonly Posting[]

export type PlanOptions = {
  cases: number
  seed: string
  /** Makes case numbers of different runs different. */
  run: string
  /** Also send messages that must be refused. */
  faults: boolean
}

const order: readonly DepartmentName[] = ['housing', 'social', 'market']
const places = ['510700', '510703', '510704', '510781'] as const

/** The jobs of a run, made one by one in the order in which they start. */
export function* plan(options: PlanOptions): Generator<Job, void, void> {
  const random = createRandom(`${options.seed}/${options.run}`)
  const number = numbering(options)
  let squad: Entry[][] = []
  let squadSize = random.int(1, 4)
  for (let i = 0; i < options.cases; i++) {
    const department = departments[order[i % order.length] ?? 'housing']
    const draw = random.fork(`case${i}`)
    const { no, day } = number(draw)
    const entries = liveCase(department, openCase(department, draw, no, day), draw)
    if (department.name !== 'market') {
      yield postings(
        department,
        entries.map((entry) => [entry]),
        draw,
        options,
      )
    } else {
      squad.push(entries)
      if (squad.length >= squadSize) {
        yield postings(department, stages(squad), draw, options)
        squad = []
        squadSize = random.int(1, 4)
      }
    }
    if (i % 10 === 3) {
      const alone = number(draw)
      yield postings(department, [[issueLicence(department, draw, alone.no, alone.day)]], draw, options)
    }
    if (i % 7 === 2) {
      const alone = number(draw)
      yield postings(department, [[inspect(department, draw, alone.no, alone.day)]], draw, options)
    }
  }
  if (squad.length > 0) yield postings(departments.market, stages(squad), random, options)
}

/** Case numbers of a run: a stretch of serials in a window of five days, both chosen by seed and run label. */
function numbering(options: PlanOptions): (random: Random) => { no: string; day: number } {
  const mark = hash32(`${options.run}/${options.seed}`)
  const first = dayOf('2024-01-02') + (mark % 800) * DAY
  let serial = (Math.floor(mark / 800) % 1000) * 1000
  return (random) => {
    // the day of a number is a working day
    const day = dayOf(date(working(first + random.int(0, 4) * DAY)))
    serial = (serial + 1) % 1_000_000
    return {
      no: `${random.pick(places)}-${date(day).replaceAll('-', '')}-${String(serial).padStart(6, '0')}`,
      day,
    }
  }
}

/** Merges several cases into batches of one kind each; within a case the order stays. */
function stages(cases: readonly Entry[][]): Entry[][] {
  const batches = new Map<number, Entry[]>()
  for (const entries of cases) {
    let stage = 0
    for (const [i, entry] of entries.entries()) {
      stage = nextStage(stage, entry, entries[i - 1])
      const batch = batches.get(stage) ?? []
      batches.set(stage, [...batch, entry])
    }
  }
  return [...batches.entries()].sort(([a], [b]) => a - b).map(([, batch]) => batch)
}

/** 0 acceptance · 1 materials · 2 steps · 3 special · 4 steps after it · 5 completion · 6 review */
function nextStage(stage: number, entry: Entry, before: Entry | undefined): number {
  switch (entry.kind) {
    case 'acceptance':
      return 0
    case 'material':
      return 1
    case 'process':
      return before?.kind === 'special' || stage === 4 ? 4 : 2
    case 'special':
      return 3
    case 'completion':
      return 5
    default:
      return 6
  }
}

function postings(
  department: Department,
  parcels: readonly Entry[][],
  random: Random,
  options: PlanOptions,
): Posting[] {
  return parcels.flatMap((entries, i) => {
    const batchNo = `${department.name.toUpperCase()}-${hash32(`${options.run}/${options.seed}`)}-${random.int(0, 1e9)}`
    const good = { message: dress(department, entries, batchNo), twice: random.oneIn(20), bad: false }
    const spoilt = options.faults && i === 0 && random.oneIn(5) ? spoil(entries, random) : undefined
    if (!spoilt) return [good]
    return [{ message: dress(department, spoilt, `${batchNo}-X`), twice: false, bad: true }, good]
  })
}
