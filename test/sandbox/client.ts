// The sender's side for the sandbox tests: keys in a folder of their own and every platform's signature by node:crypto
// directly. Nothing of the hub is used, so both are held to the contract and not to each other.

import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sm2 } from 'sm-crypto-v2'
import { afterAll, beforeAll } from 'vitest'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'

const secrets = {
  province: 'province feed secret',
  elicence: 'licence access key',
  eseal: 'seal token',
  supervision: '0123456789abcdef0123456789abcdef',
  'review-params': 'service appword',
  'review-appword': 'review appword',
}

/** A temporary key folder as the hub's development keys would be. */
export function makeKeys(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-sandbox-'))
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(folder, `${name}.secret`), text)
  for (const name of ['province-push', 'review']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    writeFileSync(join(folder, `${name}.key.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    writeFileSync(join(folder, `${name}.pub.pem`), publicKey.export({ type: 'spki', format: 'pem' }))
  }
  return folder
}

/** Parsed reply and how it came. */
export type Answer = { status: number; type: string; body: Record<string, never>; bytes: Buffer }

/** A POST; `body` is sent as it is. */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, headers: { connection: 'close', ...headers } })
  const bytes = Buffer.from(await response.arrayBuffer())
  const type = response.headers.get('content-type') ?? ''
  const text = new TextDecoder(/charset=([\w-]+)/.exec(type)?.[1] ?? 'utf-8').decode(bytes)
  return { status: response.status, type, body: type.includes('json') ? JSON.parse(text) : {}, bytes }
}

/** A sandbox for a test file, on a new key folder, and senders for its platforms. */
export function useSandbox(options: { lifetime?: number } = {}) {
  const context = {} as { sandbox: Sandbox; folder: string; send: ReturnType<typeof senders> }
  beforeAll(async () => {
    context.folder = makeKeys()
    context.sandbox = await startSandbox({ port: 0, keys: context.folder, ...options })
    context.send = senders(context.sandbox.url, context.folder)
  })
  afterAll(async () => {
    await context.sandbox.close()
    rmSync(context.folder, { recursive: true })
  })
  return context
}

/** SM2 with the default user id by node:crypto alone (reference 11 §3.1); DER. */
export function signSm2(key: KeyObject, publicPoint: string, text: string | Uint8Array): Buffer {
  const z = createHash('sm3')
    .update(Buffer.from(`0080${curve}${publicPoint.slice(2)}`, 'hex'))
    .digest()
  return createSign('sm3').update(z).update(text).sign(key)
}
const curve =
  Buffer.from('1234567812345678').toString('hex') +
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
  '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
  '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
  'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0'

/** The public point of a SPKI PEM file: its last 65 bytes. */
export function pointOf(file: string): string {
  const text = readFileSync(file, 'utf8').replace(/-----[^-]+-----|\s/g, '')
  return Buffer.from(text, 'base64').subarray(-65).toString('hex')
}

/** Shanghai time as digits, yyyyMMddHHmmss. */
export const compact = (at = Date.now()) =>
  new Date(at + 28_800_000).toISOString().replace(/\D/g, '').slice(0, 14)

/** What a case may change about a request before it is sent. */
export type Change = { time?: number; nonce?: string; headers?: Record<string, string>; tamper?: boolean }

/** One function per platform call. */
export function senders(url: string, folder: string) {
  const pushKey = createPrivateKey(readFileSync(join(folder, 'province-push.key.pem')))
  const pushPoint = pointOf(join(folder, 'province-push.pub.pem'))
  const reviewPoint = pointOf(join(folder, 'review.pub.pem'))

  function province(table: string, row: object, change: Change = {}): Promise<Answer> {
    const body = JSON.stringify(row)
    const time = String(change.time ?? Date.now())
    const nonce = change.nonce ?? randomBytes(12).toString('hex')
    const text = ['qiao', time, nonce, createHash('sm3').update(body).digest('hex')].join('\n')
    const value = signSm2(pushKey, pushPoint, text).toString('base64')
    const headers = {
      'x-sign-appid': 'qiao',
      'x-sign-time': time,
      'x-sign-nonce': nonce,
      'x-sign-value': value,
    }
    const sent = change.tamper ? `${body} ` : body
    return post(`${url}/province/exchange/${table}`, sent, { ...headers, ...change.headers })
  }

  function eseal(path: string, data: object, change: Change & { token?: string } = {}): Promise<Answer> {
    const time = String(Math.floor((change.time ?? Date.now()) / 1000))
    const nonce = change.nonce ?? randomBytes(12).toString('hex')
    const text = time + (change.token ?? secrets.eseal) + nonce + time
    const headers = {
      'x-tif-paasid': 'qiao',
      'x-tif-timestamp': time,
      'x-tif-nonce': nonce,
      'x-tif-signature': createHash('sha256').update(text).digest('hex').toUpperCase(),
    }
    return post(`${url}/eseal/seal/${path}`, JSON.stringify(data), { ...headers, ...change.headers })
  }

  const elicence = (path: string, data: object) => post(`${url}/elicence/${path}`, JSON.stringify(data))

  function gateway(
    path: string,
    key: string,
    data: object,
    change: Change & { sid?: string } = {},
  ): Promise<Answer> {
    const rtime = String(change.time ?? Date.now())
    const [rid, sid] = ['demo-rid-0001', change.sid ?? 's_000000000000_0001']
    const sign = createHmac('sha256', key)
      .update(sid + rid + rtime)
      .digest('base64')
    const headers = {
      gjgxjhpt_rid: rid,
      gjgxjhpt_sid: sid,
      gjgxjhpt_rtime: rtime,
      gjgxjhpt_sign: sign,
      ...change.headers,
    }
    return post(`${url}/supervision/${path}`, JSON.stringify(data), headers)
  }

  /** Logs in to the gateway: the decrypted session secret. */
  async function secret(): Promise<string> {
    const { body } = await gateway('sysapi/auth/refreshappsecret', secrets.supervision, {})
    const sha1 = (bytes: Uint8Array | string) => createHash('sha1').update(bytes).digest()
    const key = sha1(sha1(secrets.supervision)).subarray(0, 16)
    const decipher = createDecipheriv('aes-128-ecb', key, null)
    const { data } = body as unknown as { data: { secret: string } }
    return decipher.update(data.secret, 'base64', 'utf8') + decipher.final('utf8')
  }

  function service(record: object, change: Change & { appword?: string } = {}): Promise<Answer> {
    const time = compact(change.time)
    const sign = createHash('md5')
      .update(`qiao${change.appword ?? secrets['review-params']}${time}`)
      .digest('hex')
    const form = { appmark: 'qiao', time, sign, servicename: 'saveService', params: JSON.stringify(record) }
    return post(`${url}/review/service`, String(new URLSearchParams(form)))
  }

  function evaluate(
    reviews: unknown,
    change: Change & { appword?: string; point?: string } = {},
  ): Promise<Answer> {
    const time = compact(change.time)
    const encrypt = (text: string, point = reviewPoint) => sm2.doEncrypt(text, point, 1)
    const body = {
      txnBodyCom: {
        appMark: 'qiao',
        time,
        sign: encrypt(`${time}qiao${change.appword ?? secrets['review-appword']}`),
        params: { evaluate: [encrypt(JSON.stringify(reviews), change.point)] },
      },
      txnCommCom: {},
    }
    return post(`${url}/review/evaluate`, JSON.stringify(body))
  }

  return { province, eseal, elicence, gateway, secret, service, evaluate, secrets }
}
