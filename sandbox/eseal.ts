// The provincial seal platform: signs digests, lists seals, verifies and tells states (reference 05 §6), x-tif headers.

import { createHash } from 'node:crypto'
import { readCertificate } from './certificate.ts'
import { contentDigest, Refusal } from './ledger.ts'
import { checkClock, type Incoming, jsonObject, nonceGuard, type Platform, type Setting } from './platform.ts'
import { pictureBase64, type Seal, sealList, writeSeal, writeSignature } from './seals.ts'
import { inspectSignature } from './signature-check.ts'
import { type Column, checkRow, issueText, type Row } from './table.ts'
import { shanghai } from './time.ts'

const answer = (code: string, message: string, data: unknown = {}) => ({ code, message, data })
const words = { refused: answer, busy: answer('5001', '系统繁忙, 请稍后重试') }
const digit13 = (text: string) => /^\d{13}$/.test(text)

const signColumns: readonly Column[] = [
  ['requestId', '请求编号', 's64', 'Y'],
  ['sealCode', '印章编码', 's20', 'Y', digit13],
  ['digestAlg', '摘要算法', 's10', 'Y', ['SM3']],
  ['digest', '摘要', 's256', 'Y'],
  ['propertyInfo', '原文属性', 's200', 'Y', (text) => /^[\x20-\x7e]+$/.test(text)],
  ['bizNo', '业务编号', 's128', 'Y'],
  ['operator', '操作人', 's50', 'Y'],
]
const listColumns: readonly Column[] = [
  ['unitCode', '单位代码', 's18', 'Y'],
  ['sealType', '印章类型', 's2', 'N'],
  ['status', '状态', 's1', 'N', ['1', '2', '3', '4']],
  ['page', '页码', 'int', 'Y'],
  ['size', '每页条数', 'int', 'Y'],
]
const verifyColumns: readonly Column[] = [
  ['digest', '摘要', 's256', 'Y'],
  ['signedValue', '签章值', 's65536', 'Y'],
]
const statusColumns: readonly Column[] = [['sealCode', '印章编码', 's20', 'Y', digit13]]

/**
 * 0 · 1001 data · 3001 unknown seal · 3002 frozen · 3003 expired · 3004 operator · 3005 digest length · 3006 requestId
 * with other content · 4001 signature · 4002 clock · 4003 replay · 5001 busy.
 */
export function createEseal(setting: Setting): Platform {
  const { keys, book } = setting
  const seals = new Map(sealList(Date.now()).map((seal) => [seal.code, seal]))
  const made = new Map<string, Buffer>() // SESeal by code
  const signed = new Map<string, unknown>() // reply by requestId
  const documents = new Map<string, string>() // requestId by what was signed
  const checkNonce = nonceGuard()

  function open(request: Incoming, columns: readonly Column[]): Row {
    authenticate(request)
    const { row, issues } = checkRow(columns, jsonObject(request.body))
    if (issues.length > 0) throw new Refusal('1001', issueText(issues))
    return row
  }

  function authenticate({ headers, now }: Incoming): void {
    const [paasid, time, nonce, value] = ['paasid', 'timestamp', 'nonce', 'signature'].map(
      (x) => headers[`x-tif-${x}`],
    )
    if (!paasid || !time || !nonce || !value) throw new Refusal('4001', '缺少 x-tif 请求头')
    if (!/^\d{10}$/.test(time)) throw new Refusal('4002', 'x-tif-timestamp 应为秒')
    checkClock(Number(time) * 1000, now)
    const text = time + keys.secret('eseal') + nonce + time
    if (createHash('sha256').update(text).digest('hex').toUpperCase() !== value) {
      throw new Refusal('4001', 'x-tif-signature 不正确')
    }
    checkNonce(nonce, now)
  }

  function signDigest(request: Incoming): unknown {
    const row = open(request, signColumns)
    const { requestId = '', sealCode = '', bizNo = '' } = row
    const content = contentDigest(row)
    const seen = book.seen('sign', requestId, content)
    if (seen === 'same') {
      book.duplicate('sign', requestId, bizNo)
      return signed.get(requestId)
    }
    if (seen === 'other') {
      throw new Refusal('3006', 'requestId 重复且内容不同', `${requestId}: requestId 重复且内容不同`)
    }
    const seal = usable(sealCode, row.operator ?? '', request.now)
    const digest = Buffer.from(row.digest ?? '', 'base64')
    if (digest.length !== 32) throw new Refusal('3005', '摘要长度不是32字节')
    noteDocument(row)
    const signedValue = writeSignature(esealOf(seal), digest, row.propertyInfo ?? '', request.now, keys)
    const data = { requestId, signedValue: signedValue.toString('base64'), signTime: shanghai(request.now) }
    book.keep('sign', requestId, content, bizNo)
    signed.set(requestId, answer('0', 'success', data))
    return signed.get(requestId)
  }

  /** The same document signed again under another requestId is a second effect; a real platform would sign, so does this. */
  function noteDocument(row: Row): void {
    const document = [row.sealCode, row.digest, row.bizNo].join('\n')
    const before = documents.get(document)
    if (before && before !== row.requestId)
      book.violate('second', `${row.bizNo}: 同一摘要以 ${before} 和 ${row.requestId} 两次签章`)
    documents.set(document, row.requestId ?? '')
  }

  function find(code: string): Seal {
    const seal = seals.get(code)
    if (!seal) throw new Refusal('3001', '印章不存在')
    return seal
  }

  function usable(code: string, operator: string, now: number): Seal {
    const seal = find(code)
    if (seal.status === '2') throw new Refusal('3002', '印章已冻结')
    if (seal.validEnd < now) throw new Refusal('3003', '印章已过期')
    if (seal.operator && seal.operator !== operator) throw new Refusal('3004', '操作人无权使用该印章')
    return seal
  }

  function esealOf(seal: Seal): Buffer {
    const bytes = made.get(seal.code) ?? writeSeal(seal, keys)
    made.set(seal.code, bytes)
    return bytes
  }

  function list(request: Incoming): unknown {
    const row = open(request, listColumns)
    const [page, size] = [Number(row.page), Number(row.size)]
    if (page < 1 || size < 1 || size > 100) throw new Refusal('1001', '分页参数不正确')
    const found = [...seals.values()].filter(
      (seal) =>
        seal.unitCode === row.unitCode &&
        (!row.sealType || seal.type === row.sealType) &&
        (!row.status || seal.status === row.status),
    )
    const items = found.slice((page - 1) * size, page * size).map(item)
    return answer('0', 'success', { total: found.length, items })
  }

  const item = (seal: Seal) => ({
    sealCode: seal.code,
    sealName: seal.name,
    sealType: seal.type,
    unitCode: seal.unitCode,
    unitName: seal.unitName,
    validStart: shanghai(seal.validStart),
    validEnd: shanghai(seal.validEnd),
    status: seal.status,
    certSn: readCertificate(keys.certificate('eseal-signer')).serial,
    pictureBase64,
  })

  function inspect(request: Incoming): unknown {
    const row = open(request, verifyColumns)
    const [digest, value] = [row.digest, row.signedValue].map((text) => Buffer.from(text ?? '', 'base64'))
    const report = inspectSignature(value as Buffer, digest as Buffer, setting, request.now)
    const unitName = seals.get(report.sealCode)?.unitName ?? ''
    const signTime = Number.isNaN(report.signTime) ? '' : shanghai(report.signTime)
    const { result, steps, sealName, signerCertSn } = report
    return answer('0', 'success', {
      result: String(result),
      steps,
      sealName,
      unitName,
      signTime,
      signerCertSn,
    })
  }

  function status(request: Incoming): unknown {
    const seal = find(open(request, statusColumns).sealCode ?? '')
    return answer('0', 'success', { status: seal.status, validEnd: shanghai(seal.validEnd) })
  }

  return {
    name: 'eseal',
    book,
    routes: [
      { path: '/eseal/seal/sign/digest', effect: true, words, handle: signDigest },
      { path: '/eseal/seal/list', effect: false, words, handle: list },
      { path: '/eseal/seal/verify', effect: false, words, handle: inspect },
      { path: '/eseal/seal/status/query', effect: false, words, handle: status },
    ],
  }
}
