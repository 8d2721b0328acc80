// The review platform (好差评): the service record first, then the review in its SM2 envelope.

import { createHash } from 'node:crypto'
import { contentDigest, dayOf, Refusal } from './ledger.ts'
import { checkClock, type Incoming, jsonObject, type Platform, type Setting } from './platform.ts'
import { reviewColumns, reviewContradiction, serviceColumns, serviceContradiction } from './review-tables.ts'
import { decrypt } from './sm2.ts'
import { type Column, checkRow, issueText, type Row } from './table.ts'
import { parseTime } from './time.ts'

const custom = (code: string, text: string) => ({
  status: { code: '200', text: 'ok' },
  custom: { code, text },
})
const serviceWords = {
  refused: (code: string, text: string) =>
    code.startsWith('4') ? { status: { code, text }, custom: {} } : custom(code, text),
  busy: custom('5001', '系统繁忙, 请稍后重试'),
  duplicate: custom('0', '该办件服务数据已存在'),
}
const answer = (code: string, message: string) => ({ code, success: String(code === '0'), message })
const reviewWords = {
  refused: answer,
  busy: answer('5001', '系统繁忙, 请稍后重试'),
  duplicate: answer('2001', '评价数据已存在'),
}

const count = (text: string): boolean => /^[1-9]\d{0,5}$/.test(text)
const logColumns: readonly Column[] = [
  ['receiveDate', '接收日期', 's10', 'Y', (text) => /^\d{4}-\d{2}-\d{2}$/.test(text)],
  ['pageNo', '页码', 'int', 'Y', count],
  ['pageSize', '每页条数', 'int', 'Y', count],
]

/** A line of the receive log beside those of records that are kept: refused, or received once more. */
type Line = { day: string; table: string; id: string; result: '0' | '1' }

/**
 * Service record, custom.code: 1 ok · 0 exists · 1001 data · 1002 order · 2001 other content · 5001 busy; status.code 4001,
 * 4002. Review, code: 0 · 1001 · 1002 · 2001 exists · 4001 sign · 4002 clock · 4004 payload not for this key · 5001.
 */
export function createReview({ keys, book }: Setting): Platform {
  const services = new Map<string, Row[]>() // by case, in order of arrival
  const lines: Line[] = []

  /** The parameters of a signed form. */
  function openForm(request: Incoming): Record<string, unknown> {
    const form = new URLSearchParams(request.body.toString('utf8'))
    const [mark, time, sign, name, params] = ['appmark', 'time', 'sign', 'servicename', 'params'].map((x) =>
      form.get(x),
    )
    if (!mark || !time || !sign || !name || !params) throw new Refusal('4001', '缺少参数')
    checkClock(parseTime(time, 'yyyyMMddHHmmss') ?? Number.NaN, request.now)
    const expected = createHash('md5').update(mark + keys.secret('review-params') + time)
    if (expected.digest('hex') !== sign) throw new Refusal('4001', '签名不正确')
    return jsonObject(params)
  }

  function takeService(request: Incoming): unknown {
    const row = checked(serviceColumns, serviceContradiction, openForm(request))
    const id = `${row.projectNo}|${row.serviceNumber}`
    if (isRepeated('service', id, row)) return serviceWords.duplicate
    logged('service', id, () => checkServiceOrder(row))
    services.set(row.projectNo ?? '', [...(services.get(row.projectNo ?? '') ?? []), row])
    book.keep('service', id, contentDigest(row), row.projectNo ?? '')
    return custom('1', 'success')
  }

  /** What is refused stands in the receive log, too. */
  function logged<T>(table: string, id: string, judge: () => T): T {
    try {
      return judge()
    } catch (error) {
      lines.push({ day: dayOf(Date.now()), table, id, result: '0' })
      throw error
    }
  }

  /** The receive log of a day: refused lines, kept records, and repeats of these. */
  function tellLog(request: Incoming): unknown {
    const { row, issues } = checkRow(logColumns, openForm(request))
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    const { receiveDate = '' } = row
    const kept = book.keptOn(receiveDate)
    const isKept = ({ table, id }: Line): boolean =>
      kept.some((each) => each.table === table && each.id === id)
    const others = lines.filter(({ day }) => day === receiveDate)
    const all = [
      ...others.filter(({ result }) => result === '0').map((line) => ({ ...line, number: '' })),
      ...others
        .filter((line) => line.result === '1' && isKept(line))
        .map((line) => ({ ...line, number: '' })),
      ...kept.map((each) => ({ ...each, result: '1' })),
    ]
    const from = (Number(row.pageNo) - 1) * Number(row.pageSize)
    const rows = all.slice(from, from + Number(row.pageSize)).map(({ table, id, number, result }) => {
      const [projectNo, times = '1'] = id.split('|')
      return { kind: table, projectNo, times, registered: number, result }
    })
    return { ...custom('1', 'success'), data: { total: all.length, rows } }
  }

  function checkServiceOrder(row: Row): void {
    const last = services.get(row.projectNo ?? '')?.at(-1)
    if (!last) return
    const back =
      Number(row.serviceNumber) < Number(last.serviceNumber) || (row.proStatus ?? '') < (last.proStatus ?? '')
    if (back) {
      const text = '服务次数或办件状态倒退'
      throw new Refusal('1002', text, `${row.projectNo} 第${row.serviceNumber}次服务: ${text}`)
    }
  }

  function takeReviews(request: Incoming): unknown {
    const { txnBodyCom, txnCommCom } = jsonObject(request.body)
    const { appMark, time, sign, params } = jsonObject(JSON.stringify(txnBodyCom ?? null))
    if (typeof txnCommCom !== 'object' || typeof appMark !== 'string' || typeof time !== 'string') {
      throw new Refusal('4001', '报文头不完整')
    }
    checkClock(parseTime(time, 'yyyyMMddHHmmss') ?? Number.NaN, request.now)
    const signed = opened(sign, '4001').toString('utf8')
    if (signed !== time + appMark + keys.secret('review-appword')) throw new Refusal('4001', '签名不正确')
    const fresh = reviewsOf(params).filter(isNewReview)
    for (const row of fresh) book.keep('evaluate', reviewId(row), contentDigest(row), row.projectNo ?? '')
    return fresh.length > 0 ? answer('0', 'success') : reviewWords.duplicate
  }

  function opened(ciphertext: unknown, code: string): Buffer {
    const clear =
      typeof ciphertext === 'string' ? decrypt(keys.pair('review').privateKey, ciphertext) : undefined
    if (!clear) throw new Refusal(code, code === '4001' ? '签名无法解密' : '评价数据无法解密')
    return clear
  }

  function reviewsOf(params: unknown): Row[] {
    const { evaluate } = jsonObject(JSON.stringify(params ?? null))
    if (!Array.isArray(evaluate) || evaluate.length !== 1) throw new Refusal('1001', 'evaluate 应为一个密文')
    const text = opened(evaluate[0], '4004').toString('utf8')
    const { list } = jsonObject(`{"list":${text}}`)
    if (!Array.isArray(list) || list.length === 0) throw new Refusal('1001', '评价数据应为非空数组')
    return list.map((value: unknown) => checked(reviewColumns, reviewContradiction, value))
  }

  function isNewReview(row: Row): boolean {
    if (isRepeated('evaluate', reviewId(row), row)) return false
    return logged('evaluate', reviewId(row), () => isInOrder(row))
  }

  function isInOrder(row: Row): true {
    const { projectNo = '', serviceNumber, assessNumber } = row
    const known = services.get(projectNo)?.some((service) => service.serviceNumber === serviceNumber)
    const broken = (text: string) =>
      new Refusal('1002', text, `${projectNo} 第${assessNumber}次评价: ${text}`)
    if (!known) throw broken('没有对应的办件服务数据')
    if (assessNumber === '2' && !book.has('evaluate', `${projectNo}|1`)) throw broken('追评早于首次评价')
    return true
  }

  function isRepeated(table: string, id: string, row: Row): boolean {
    const seen = book.seen(table, id, contentDigest(row))
    if (seen === 'other' && row.flag !== 'U') {
      throw new Refusal('2001', '数据已存在, 内容不同', `${table} ${id}: 再次新增且内容不同`)
    }
    if (seen !== 'same') return false
    book.duplicate(table, id, row.projectNo ?? '')
    lines.push({ day: dayOf(Date.now()), table, id, result: '1' })
    return true
  }

  return {
    name: 'review',
    book,
    routes: [
      { path: '/review/service', effect: true, words: serviceWords, handle: takeService },
      { path: '/review/evaluate', effect: true, words: reviewWords, handle: takeReviews },
      { path: '/review/received', effect: false, words: serviceWords, handle: tellLog },
    ],
  }
}

const reviewId = (row: Row) => `${row.projectNo}|${row.assessNumber}`

function checked(
  columns: readonly Column[],
  contradiction: (row: Row) => string | undefined,
  value: unknown,
): Row {
  const { row, issues } = checkRow(columns, value)
  const wrong = issues.length > 0 ? issueText(issues) : contradiction(row)
  if (wrong) throw new Refusal('1001', wrong)
  return row
}
