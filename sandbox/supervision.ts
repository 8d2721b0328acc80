// The supervision platform behind the national gateway: a session secret by appKey, then rows by httpproxy, and which
// of them it has.

import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { contentDigest, Refusal } from './ledger.ts'
import { checkClock, type Incoming, jsonObject, type Platform, type Setting } from './platform.ts'
import { checkAction, contradiction } from './supervision-table.ts'
import { type Column, checkRow, issueText, type Row } from './table.ts'

const answer = (code: string, message: string, data: unknown = {}) => ({ code, message, data })
const exists = answer('2001', '记录已存在')
const words = { refused: answer, busy: answer('5001', '系统繁忙, 请稍后重试'), duplicate: exists }
const parts = ['gjgxjhpt_rid', 'gjgxjhpt_sid', 'gjgxjhpt_rtime', 'gjgxjhpt_sign'] as const

const queryColumns: readonly Column[] = [['cd_id', '主键(部门编码+主键)', 's100', 'Y']]
const count = (text: string): boolean => /^[1-9]\d{0,5}$/.test(text)
const listColumns: readonly Column[] = [
  ['receive_date', '接收日期', 's10', 'Y', (text) => /^\d{4}-\d{2}-\d{2}$/.test(text)],
  ['page_no', '页码', 'int', 'Y', count],
  ['page_size', '每页条数', 'int', 'Y', count],
]

type Session = { secret: string; until: number; old: string[] }

/**
 * 0 · -1 signature or headers · E-106 sid · E-107 secret expired or replaced (sandbox's own) · 1001 data · 2001 exists ·
 * 4002 clock · 5001 busy.
 */
export function createSupervision({ keys, book, lifetime }: Setting & { lifetime: number }): Platform {
  const sessions = new Map<string, Session>()
  const actions = new Map<string, string>() // cd_id by check_action_code

  function opened({ headers, now }: Incoming) {
    const [rid, sid, rtime, sign] = parts.map((name) => headers[name])
    if (!rid || !sid || !rtime || !sign) throw new Refusal('-1', '调用失败: 缺少 gjgxjhpt 请求头')
    if (!/^s_[0-9A-Za-z]+_\d+$/.test(sid)) throw new Refusal('E-106', '不在授权列表中')
    if (!/^\d{13}$/.test(rtime)) throw new Refusal('-1', '调用失败: rtime 应为毫秒')
    checkClock(Number(rtime), now)
    const signedBy = (key: string) =>
      createHmac('sha256', key)
        .update(sid + rid + rtime)
        .digest('base64') === sign
    return { id: `${rid}\n${sid}`, signedBy }
  }

  function refresh(request: Incoming): unknown {
    const { id, signedBy } = opened(request)
    const appKey = keys.secret('supervision')
    if (!signedBy(appKey)) throw new Refusal('-1', '调用失败: 签名不正确')
    const before = sessions.get(id)
    const secret = randomBytes(16).toString('hex')
    const until = request.now + lifetime
    sessions.set(id, { secret, until, old: before ? [...before.old, before.secret].slice(-20) : [] })
    return answer('0', 'success', { secret: encryptSecret(secret, appKey), secretEndTime: until })
  }

  function authenticate(request: Incoming): void {
    const { id, signedBy } = opened(request)
    const session = sessions.get(id)
    if (!session || session.old.some(signedBy)) throw new Refusal('E-107', '密钥已过期')
    if (!signedBy(session.secret)) throw new Refusal('-1', '调用失败: 签名不正确')
    if (session.until <= request.now) throw new Refusal('E-107', '密钥已过期')
  }

  function proxy(request: Incoming): unknown {
    authenticate(request)
    const rows = rowsOf(jsonObject(request.body)).map((value, i) => {
      const { row, issues } = checkRow(checkAction, value)
      const wrong = issues.length > 0 ? issueText(issues) : contradiction(row)
      if (wrong) throw new Refusal('1001', `第${i + 1}行 ${wrong}`)
      return row
    })
    if (new Set(rows.map((row) => row.cd_id)).size < rows.length)
      throw new Refusal('1001', 'cd_id 在一次请求中重复')
    const fresh = rows.filter(isNew) // all rows are judged before the first is kept
    for (const row of fresh) keep(row)
    return fresh.length > 0 ? answer('0', 'success', { accepted: fresh.length }) : exists
  }

  /** Which of the rows asked for are there. */
  function tell(request: Incoming): unknown {
    authenticate(request)
    const ids = rowsOf(jsonObject(request.body)).map((value, i) => {
      const { row, issues } = checkRow(queryColumns, value)
      if (issues.length > 0) throw new Refusal('1001', `第${i + 1}行 ${issueText(issues)}`)
      return row.cd_id ?? ''
    })
    const found = ids.filter((id) => book.has('check_action', id))
    return answer('0', 'success', { total: found.length, cd_id: found })
  }

  /** What was received on a day, page by page, in order of the key. */
  function list(request: Incoming): unknown {
    authenticate(request)
    const [asked, ...more] = rowsOf(jsonObject(request.body))
    const { row, issues } = checkRow(listColumns, asked)
    if (issues.length > 0 || more.length > 0) throw new Refusal('1001', issueText(issues) || '应为一个查询')
    const all = book.keptOn(row.receive_date ?? '')
    const from = (Number(row.page_no) - 1) * Number(row.page_size)
    const rows = all.slice(from, from + Number(row.page_size))
    return answer('0', 'success', {
      total: all.length,
      rows: rows.map(({ id, number }) => ({ cd_id: id, check_action_code: number })),
    })
  }

  function isNew(row: Row): boolean {
    const id = row.cd_id ?? ''
    const seen = book.seen('check_action', id, digestOf(row))
    if (seen === 'same') {
      book.duplicate('check_action', id, row.check_action_code ?? '')
      return false
    }
    const insert = row.cd_operation?.toUpperCase() === 'I'
    if (insert && seen === 'other') {
      throw new Refusal('2001', '记录已存在, 内容不同', `${id}: 同一记录再次新增且内容不同`)
    }
    if (!insert && seen === 'new') throw new Refusal('1001', '记录不存在, 不能更新或删除')
    const other = actions.get(row.check_action_code ?? '')
    if (other !== undefined && other !== id) {
      throw new Refusal(
        '2001',
        '检查行为编号已存在',
        `${row.check_action_code}: 以 ${other} 和 ${id} 两次新增`,
      )
    }
    return true
  }

  function keep(row: Row): void {
    const { cd_id: id = '', check_action_code: code = '' } = row
    actions.set(code, id)
    book.keep('check_action', id, digestOf(row), code)
  }

  return {
    name: 'supervision',
    book,
    routes: [
      {
        path: '/supervision/sysapi/auth/refreshappsecret',
        effect: false,
        signsIn: true,
        words,
        handle: refresh,
      },
      { path: '/supervision/httpproxy', effect: true, words, handle: proxy },
      { path: '/supervision/httpproxy/query', effect: false, asks: true, words, handle: tell },
      { path: '/supervision/httpproxy/received', effect: false, words, handle: list },
    ],
    expire() {
      for (const session of sessions.values()) session.until = 0
    },
  }
}

// submitted_date may be the day of the attempt
const digestOf = (row: Row) => contentDigest(row, ['cd_time', 'cd_batch', 'submitted_date'])

/** `data` of the body; control columns beside it count for every row. The gateway's own four values may be repeated. */
function rowsOf(body: Record<string, unknown>): unknown[] {
  const { table, data, ...rest } = body
  if (table !== 'check_action') throw new Refusal('1001', `未知的数据表: ${String(table)}`)
  if (!Array.isArray(data) || data.length === 0) throw new Refusal('1001', 'data 应为非空数组')
  const shared = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !parts.some((part) => part === name)),
  )
  return data.map((row: unknown) => (typeof row === 'object' && row !== null ? { ...shared, ...row } : row))
}

/** AES-128-ECB-PKCS5 under the first 16 bytes of Java's SHA1PRNG seeded with the appKey (reference 09 §1); Base64. */
export function encryptSecret(secret: string, appKey: string): string {
  const sha1 = (bytes: Uint8Array | string) => createHash('sha1').update(bytes).digest()
  const cipher = createCipheriv('aes-128-ecb', sha1(sha1(appKey)).subarray(0, 16), null)
  return Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]).toString('base64')
}
