// A small hub for the tests of the generator: checks signatures with other libraries, remembers what came,
// and can be told to fail. It keeps the contract of /v1 intake, nothing more.
import { createHash, createHmac, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { sm2 } from 'sm-crypto-v2'
import { receiptLeaf, signedText } from '../../core/evidence/receipt.ts'

/** One request as it came in. */
export type Seen = { path: string; body: Buffer; nonce: string; signed: boolean }
/** What to do instead of answering: `drop` cuts the connection after taking the message. */
export type Fault = 'drop' | 'busy' | 'broken' | undefined

/** Keys of the three departments and the hub in a new folder. */
export function makeKeys(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-department-'))
  for (const name of ['housing', 'social']) writeFileSync(join(folder, `${name}.secret`), `secret of ${name}`)
  for (const name of ['market', 'hub']) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    writeFileSync(join(folder, `${name}.key.pem`), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    writeFileSync(join(folder, `${name}.pub.pem`), pair.publicKey.export({ type: 'spki', format: 'pem' }))
  }
  return folder
}

/** Starts a hub; `fault` is asked before each answer with the number of the request. */
export async function startHub(keys: string, fault: (n: number, seen: Seen) => Fault) {
  const seen: Seen[] = []
  const known = new Map<string, object>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      const path = request.url ?? ''
      const entry = {
        path,
        body,
        nonce: String(request.headers['x-qiao-nonce']),
        signed: check(keys, path, body, request.headers),
      }
      seen.push(entry)
      const wrong = fault(seen.length, entry)
      if (wrong === 'busy') return reply(response, 503, { code: 'hub.busy' }, { 'retry-after': '0.01' })
      if (wrong === 'broken') return reply(response, 500, { code: 'hub.internal' })
      if (!entry.signed) return reply(response, 401, { code: 'auth.signature' })
      if (body.includes('****')) return reply(response, 422, { code: 'message.invalid' })
      const messages = accept(keys, known, path, body)
      if (wrong === 'drop') return request.socket.destroy()
      reply(response, 202, { messages })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${address.port}`, seen, close }
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function accept(keys: string, known: Map<string, object>, path: string, body: Buffer): object[] {
  const [, , system = '', kind = ''] = path.split('/')
  const count =
    system === 'market' ? (JSON.parse(body.toString('utf8')) as { rows: unknown[] }).rows.length : 1
  return Array.from({ length: count }, (_, i) => {
    const id = createHash('sha256').update(`${path}#${i}#`).update(body).digest('hex')
    const before = known.get(id)
    const message = before ?? { id, type: kind, key: id, receipt: receipt(keys, id, system, kind, body) }
    known.set(id, message)
    return { ...message, duplicate: before !== undefined }
  })
}

function receipt(keys: string, id: string, system: string, type: string, body: Buffer): object {
  const statement = {
    messageId: id,
    system,
    type,
    key: id,
    deduplicationKey: id,
    contentDigest: createHash('sm3').update(body).digest('hex'),
    canonicalDigest: '00',
    acceptedAt: new Date().toISOString(),
  }
  const leaf = receiptLeaf(statement)
  const sibling = Buffer.alloc(32, 7)
  const root = createHash('sm3')
    .update(Buffer.concat([Buffer.of(1), leaf, sibling]))
    .digest()
  const key = readFileSync(join(keys, 'hub.key.pem'), 'utf8')
  const scalar = Buffer.from(key.replace(/-----.*?-----|\s/g, ''), 'base64')
    .subarray(36, 68)
    .toString('hex')
  const signature = sm2.doSignature(new Uint8Array(signedText(root)), scalar, { hash: true, der: true })
  const proof = {
    index: 0,
    path: [`R:${sibling.toString('hex')}`],
    root: root.toString('hex'),
    signature: Buffer.from(signature, 'hex').toString('base64'),
    keyId: 'hub',
    algorithm: 'SM2-SM3',
  }
  return { ...statement, proof }
}

/** Checks a signature as contract §intake says, with Node's OpenSSL and sm-crypto-v2. */
function check(keys: string, path: string, body: Buffer, headers: IncomingHttpHeaders): boolean {
  const system = path.split('/')[2] ?? ''
  const algorithm = headers['x-qiao-algorithm']
  const digest = createHash(algorithm === 'HMAC-SHA256' ? 'sha256' : 'sm3')
    .update(body)
    .digest('hex')
  const text = ['POST', path, headers['x-qiao-timestamp'], headers['x-qiao-nonce'], digest].join('\n')
  const signature = String(headers['x-qiao-signature'])
  if (headers['x-qiao-key'] !== system) return false
  if (algorithm === 'SM2') {
    const spki = readFileSync(join(keys, `${system}.pub.pem`), 'utf8').replace(/-----.*?-----|\s/g, '')
    const point = Buffer.from(spki, 'base64').subarray(-65).toString('hex')
    const hex = Buffer.from(signature, 'base64').toString('hex')
    return sm2.doVerifySignature(text, hex, point, { hash: true, der: true, userId: '1234567812345678' })
  }
  const key = readFileSync(join(keys, `${system}.secret`), 'utf8')
  const hash = algorithm === 'HMAC-SM3' ? 'sm3' : 'sha256'
  return createHmac(hash, key).update(text, 'utf8').digest('base64') === signature
}

/** Text of a body, whichever charset its department writes. */
export function textOf(seen: Seen): string {
  return iconv.decode(seen.body, seen.path.includes('/social/') ? 'gbk' : 'utf-8')
}
