// The provincial licence store: a token by accessKey, then the licence directory with its seal, and single licences by
// their identifier.

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { contentDigest, Refusal } from './ledger.ts'
import { columns, contradiction, missingStatus } from './licence-table.ts'
import { type Incoming, jsonObject, type Platform, type Setting } from './platform.ts'
import { inspectSignature } from './signature-check.ts'
import { type Column, checkRow, issueText, type Row } from './table.ts'
import { licenceIdentifier } from './validators.ts'

const answer = (status: number, message: string, data: Record<string, unknown> = {}) => ({
  head: { status, message },
  data,
})
const words = {
  refused: (code: string, message: string) => answer(Number(code), message),
  busy: answer(5001, '系统繁忙, 请稍后重试'),
  duplicate: answer(20, '证照目录已存在'),
}

const queryColumns: readonly Column[] = [
  ['certIdentifier', '电子证照标识', 's128', 'Y', (text) => licenceIdentifier(text) !== undefined],
  ['useCause', '使用事由', 's500', 'Y'],
]

const count = (text: string): boolean => /^[1-9]\d{0,5}$/.test(text)
const listColumns: readonly Column[] = [
  ['receiveDate', '归集日期', 's10', 'Y', (text) => /^\d{4}-\d{2}-\d{2}$/.test(text)],
  ['pageNo', '页码', 'int', 'Y', count],
  ['pageSize', '每页条数', 'int', 'Y', count],
]

/** Status 0, 10, 11, 12, 109–111 of the reference; 13 format, 14 identifier, 15 seal, 20 exists, 401 token, 5001 busy. */
export function createElicence(setting: Setting & { lifetime: number }): Platform {
  const { keys, book, lifetime } = setting
  const tokens = new Map<string, { accessId: string; until: number }>()
  const versions = new Map<string, string>() // latest version by type, issuer and serial

  function login(request: Incoming): unknown {
    const { accessId, accessKey } = jsonObject(request.body)
    if (typeof accessId !== 'string' || typeof accessKey !== 'string' || !accessId || !accessKey) {
      throw new Refusal('12', 'accessId 或 accessKey 为空')
    }
    if (!equal(accessKey, keys.secret('elicence'))) throw new Refusal('11', '身份核验失败')
    const accessToken = randomBytes(16).toString('hex')
    tokens.set(accessToken, { accessId, until: request.now + lifetime })
    return answer(0, 'success', { accessToken, expiresIn: Math.floor(lifetime / 1000) })
  }

  function opened(request: Incoming, wanted: readonly Column[]): Row {
    const { accessId, accessToken, data } = jsonObject(request.body)
    const token = tokens.get(String(accessToken))
    if (!token || token.accessId !== accessId || token.until <= request.now) {
      throw new Refusal('401', '令牌无效或已过期')
    }
    const { row, issues } = checkRow(wanted, data)
    const [issue] = issues
    if (issue)
      throw new Refusal(issue.kind === 'missing' ? missingStatus(issue.field) : '13', issueText(issues))
    return row
  }

  function queryCertInfo(request: Incoming): unknown {
    const { certIdentifier = '' } = opened(request, queryColumns)
    if (!book.has('UP_LIC_DATA', certIdentifier)) throw new Refusal('10', '没有符合条件的证照')
    return answer(0, 'success', { certData: { cert_identifier: certIdentifier } })
  }

  /** What was collected on a day, page by page, in order of the identifier. */
  function queryReceived(request: Incoming): unknown {
    const { receiveDate = '', pageNo, pageSize } = opened(request, listColumns)
    const all = book.keptOn(receiveDate)
    const from = (Number(pageNo) - 1) * Number(pageSize)
    const rows = all.slice(from, from + Number(pageSize))
    return answer(0, 'success', {
      total: all.length,
      rows: rows.map(({ id, number }) => ({ cert_identifier: id, certificate_number: number })),
    })
  }

  function register(request: Incoming): unknown {
    const row = opened(request, columns)
    const wrong = contradiction(row)
    if (wrong) throw new Refusal(wrong.status, wrong.message)
    checkSeal(row, request.now)
    return store(row)
  }

  function checkSeal(row: Row, now: number): void {
    const digest = Buffer.from(row.digest ?? '', 'base64')
    const report = inspectSignature(Buffer.from(row.signedValue ?? '', 'base64'), digest, setting, now)
    const failed = report.steps.find((step) => !step.ok)
    if (failed) throw new Refusal('15', `电子印章验证失败: ${failed.step} ${failed.message}`)
  }

  function store(row: Row): unknown {
    const id = row.certificate_source_id ?? ''
    const number = row.certificate_number ?? ''
    const digest = contentDigest(row, ['cd_time', 'cd_batch'])
    const seen = book.seen('UP_LIC_DATA', id, digest)
    if (seen === 'same') {
      book.duplicate('UP_LIC_DATA', id, number)
      return { ...words.duplicate, data: { certIdentifier: id } }
    }
    if (row.cd_operation === 'I' && seen === 'other') {
      throw new Refusal('20', '证照目录已存在, 内容不同', `${id}: 同一证照再次新增且内容不同`)
    }
    if (row.cd_operation !== 'I' && seen === 'new') throw new Refusal('10', '没有该证照, 不能更新或删除')
    // what the store lost has had its place among its versions
    if (seen === 'new' && !book.isLost('UP_LIC_DATA', id)) checkVersion(id)
    book.keep('UP_LIC_DATA', id, digest, number)
    return answer(0, 'success', { certIdentifier: id })
  }

  /** A new version follows the older ones of the same licence. */
  function checkVersion(id: string): void {
    const parts = licenceIdentifier(id)
    if (!parts) return
    const licence = `${parts.type}.${parts.issuer}.${parts.serial}`
    const latest = versions.get(licence) ?? '000'
    if (parts.version <= latest) {
      throw new Refusal('14', `已有更新的版本 ${latest}`, `${id}: 版本 ${parts.version} 晚于 ${latest} 到达`)
    }
    versions.set(licence, parts.version)
  }

  return {
    name: 'elicence',
    book,
    routes: [
      { path: '/elicence/getAccessToken', effect: false, signsIn: true, words, handle: login },
      { path: '/elicence/directory', effect: true, words, handle: register },
      { path: '/elicence/queryCertInfo', effect: false, asks: true, words, handle: queryCertInfo },
      { path: '/elicence/queryReceived', effect: false, words, handle: queryReceived },
    ],
    expire: () => tokens.clear(),
  }
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
