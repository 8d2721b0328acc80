// The provincial platform: takes the five UP_PRO_* records, each signed with SM2 over its bytes, and tells whether it
// has one.

import { createHash } from 'node:crypto'
import { contentDigest, Refusal } from './ledger.ts'
import { checkClock, type Incoming, jsonObject, nonceGuard, type Platform, type Setting } from './platform.ts'
import { createOrder } from './province-order.ts'
import { contradiction, tables } from './province-tables.ts'
import { createSupplements } from './supplement.ts'
import { type Column, checkRow, issueText, type Row } from './table.ts'

const answer = (code: string, message: string) => ({ code, message })
const exists = answer('2001', '记录已存在')
const words = { refused: answer, busy: answer('5001', '系统繁忙, 请稍后重试'), duplicate: exists }

const queryColumns: readonly Column[] = [
  ['Table', '表名', 's50', 'Y', Object.keys(tables)],
  ['RowGuid', '记录唯一标识', 's50', 'Y'],
]

const count = (text: string): boolean => /^[1-9]\d{0,5}$/.test(text)
const pageColumns: readonly Column[] = [
  ['PageNo', '页码', 'int', 'Y', count],
  ['PageSize', '每页条数', 'int', 'Y', count],
]
const listColumns: readonly Column[] = [
  ['ReceiveDate', '接收日期', 's10', 'Y', (text) => /^\d{4}-\d{2}-\d{2}$/.test(text)],
  ...pageColumns,
]

/** 0 success · 1001 data · 1002 order · 2001 exists · 4001 signature · 4002 clock · 4003 replay · 5001 busy. */
export function createProvince({ keys, book, verify }: Setting): Platform {
  const order = createOrder()
  const checkNonce = nonceGuard()
  const supplements = createSupplements(book)

  function authenticate(request: Incoming): void {
    const { headers } = request
    const [appid, time, nonce, value] = ['appid', 'time', 'nonce', 'value'].map(
      (part) => headers[`x-sign-${part}`],
    )
    if (!appid || !time || !nonce || !value) throw new Refusal('4001', '缺少签名请求头')
    if (!/^\d{13}$/.test(time)) throw new Refusal('4002', '请求时间格式不正确')
    checkClock(Number(time), request.now)
    const digest = createHash('sm3').update(request.body).digest('hex')
    const text = [appid, time, nonce, digest].join('\n')
    if (!verify(keys.publicKey('province-push'), Buffer.from(text), Buffer.from(value, 'base64'))) {
      throw new Refusal('4001', '签名验证失败')
    }
    checkNonce(nonce, request.now)
  }

  function take(table: string, columns: readonly Column[], request: Incoming): unknown {
    authenticate(request)
    const { row, issues } = checkRow(columns, jsonObject(request.body))
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    const wrong = contradiction(table, row)
    if (wrong) throw new Refusal('1001', wrong)
    return store(table, row)
  }

  function store(table: string, row: Row): unknown {
    const id = row.RowGuid ?? ''
    const digest = contentDigest(row, ['Cd_time', 'Cd_batch'])
    const seen = book.seen(table, id, digest)
    if (seen === 'same') {
      book.duplicate(table, id, row.ProjectNo ?? '')
      return exists
    }
    if (row.Cd_operation === 'I' && seen === 'other') {
      const text = `${row.ProjectNo} ${table} ${id}: 同一记录再次新增且内容不同`
      throw new Refusal('2001', '记录已存在, 内容不同', text)
    }
    if (row.Cd_operation !== 'I' && seen === 'new') throw new Refusal('1001', '记录不存在, 不能更新或删除')
    // what the platform lost has had its place in the order
    if (seen !== 'again' && !book.isLost(table, id)) {
      order.check(table, row)
      order.apply(table, row)
    }
    book.keep(table, id, digest, row.ProjectNo ?? '')
    return answer('0', 'success')
  }

  /** A record by its primary key, `rows` empty where there is none. */
  function tell(request: Incoming): unknown {
    authenticate(request)
    const { row, issues } = checkRow(queryColumns, jsonObject(request.body))
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    const { Table = '', RowGuid = '' } = row
    const rows = book.has(Table, RowGuid) ? [{ RowGuid }] : []
    return { ...answer('0', 'success'), data: { total: rows.length, rows } }
  }

  /** What was received on a day, page by page, in order of table and id. */
  function list(request: Incoming): unknown {
    authenticate(request)
    const { row, issues } = checkRow(listColumns, jsonObject(request.body))
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    const all = book.keptOn(row.ReceiveDate ?? '')
    return page(
      row,
      all.map(({ table, id, number }) => ({ Table: table, RowGuid: id, ProjectNo: number })),
    )
  }

  /** How many were received on a day, by table. */
  function countTables(request: Incoming): unknown {
    authenticate(request)
    const { row, issues } = checkRow(listColumns.slice(0, 1), jsonObject(request.body))
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    const all = book.keptOn(row.ReceiveDate ?? '')
    const rows = Object.keys(tables).map((table) => ({
      Table: table,
      Total: all.filter((each) => each.table === table).length,
    }))
    return { ...answer('0', 'success'), data: { total: all.length, rows } }
  }

  function page(asked: Row, all: readonly unknown[]): unknown {
    const size = Number(asked.PageSize)
    const from = (Number(asked.PageNo) - 1) * size
    return { ...answer('0', 'success'), data: { total: all.length, rows: all.slice(from, from + size) } }
  }

  /** Supplement tasks whose outcome was not told. */
  function handOut(request: Incoming): unknown {
    authenticate(request)
    const { row, issues } = checkRow(pageColumns, jsonObject(request.body))
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    return page(row, supplements.open())
  }

  function takeOutcome(request: Incoming): unknown {
    authenticate(request)
    return supplements.take(jsonObject(request.body)) ? exists : answer('0', 'success')
  }

  const taking = () =>
    Object.entries(tables).map(([table, columns]) => ({
      path: `/province/exchange/${table}`,
      effect: true,
      words,
      handle: (request: Incoming) => take(table, columns, request),
    }))

  return {
    name: 'province',
    book,
    supplements,
    routes: [
      ...taking(),
      { path: '/province/exchange/query', effect: false, asks: true, words, handle: tell },
      { path: '/province/exchange/received', effect: false, words, handle: list },
      { path: '/province/exchange/counted', effect: false, words, handle: countTables },
      { path: '/province/exchange/supplement', effect: false, words, handle: handOut },
      { path: '/province/exchange/supplement/outcome', effect: true, words, handle: takeOutcome },
    ],
  }
}
