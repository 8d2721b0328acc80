// The order of one case: acceptance first and once, processes forward in time, nothing after the result.

import { Refusal } from './ledger.ts'
import { at } from './province-tables.ts'
import type { Row } from './table.ts'

type Case = { accepted: number; start: number; end: number; finished: boolean }

/** Order of all cases. `check` throws 1002 and changes nothing; `apply` is called when the record is kept. */
export type Order = { check(table: string, row: Row): void; apply(table: string, row: Row): void }

/** No case yet. */
export function createOrder(): Order {
  const cases = new Map<string, Case>()

  function check(table: string, row: Row): void {
    const no = row.ProjectNo ?? ''
    const found = cases.get(no)
    const first = row.Cd_operation === 'I'
    const broken = (text: string) => new Refusal('1002', text, `${no} ${table} ${row.RowGuid}: ${text}`)
    if (!found) {
      if (table !== 'UP_PRO_ACCEPT') throw broken('办件尚无受理信息')
      return
    }
    if (found.finished) throw broken('办件已办结, 不再接收')
    if (table === 'UP_PRO_ACCEPT' && first) throw broken('办件已有受理信息')
    if (table === 'UP_PRO_PROCESS') checkProcess(row, found, broken)
    if (table === 'UP_PRO_SPECIALPROCEDURE' && at(row, 'SpecialTime') < found.accepted) {
      throw new Refusal('1002', '特别程序开始时间早于受理时间')
    }
    if (table === 'UP_PRO_RESULT' && at(row, 'ResultDate') < Math.max(found.accepted, found.end)) {
      throw new Refusal('1002', '办结时间早于受理时间或环节结束时间')
    }
  }

  function apply(table: string, row: Row): void {
    const no = row.ProjectNo ?? ''
    const found = cases.get(no)
    if (table === 'UP_PRO_ACCEPT') {
      const accepted = at(row, 'AcceptDate')
      cases.set(no, { start: accepted, end: accepted, finished: false, ...found, accepted })
      return
    }
    if (!found) return
    if (table === 'UP_PRO_PROCESS') {
      found.start = Math.max(found.start, at(row, 'EventStartTime'))
      found.end = Math.max(found.end, at(row, 'EventEndTime'))
    }
    if (table === 'UP_PRO_RESULT') found.finished = true
  }

  return { check, apply }
}

function checkProcess(row: Row, found: Case, broken: (text: string) => Refusal): void {
  const start = at(row, 'EventStartTime')
  if (start < found.accepted) throw new Refusal('1002', '环节开始时间早于受理时间') // bad data, not bad order
  if (row.Cd_operation === 'I' && start < found.start) throw broken('环节开始时间早于上一环节')
}
