// A department's own client: signs as the documentation says, with Node and sm-crypto, with nothing of the hub, so
// that a mistake of the hub cannot hide on both sides.
import { createHash, createHmac, createPrivateKey, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Agent, request } from 'undici'
import { sm2 } from '../signing/second.ts'

export type Algorithm = 'HMAC-SM3' | 'HMAC-SHA256' | 'SM2'

/** Who signs, and how: the key id is the name of the key in the folder. */
export type Signatory = { key: string; algorithm: Algorithm }

/** What is signed; `time` (epoch ms) and `nonce` are new ones unless given. */
export type Signed = {
  method: 'GET' | 'POST'
  path: string
  body?: Buffer
  time?: number | undefined
  nonce?: string | undefined
}

/** An answer of the hub; `json` is undefined when the text is no JSON. */
export type Answer = { status: number; headers: Record<string, string>; text: string; json: unknown }

/** The five headers of a request, signed with a key of folder `keys`. */
export function signedHeaders(keys: string, { key, algorithm }: Signatory, request: Signed) {
  const { method, path, body = Buffer.alloc(0) } = request
  const time = String(request.time ?? Date.now())
  const nonce = request.nonce ?? newNonce()
  const digest = createHash(algorithm === 'HMAC-SHA256' ? 'sha256' : 'sm3')
    .update(body)
    .digest('hex')
  const text = [method, path, time, nonce, digest].join('\n')
  return {
    'x-qiao-key': key,
    'x-qiao-timestamp': time,
    'x-qiao-nonce': nonce,
    'x-qiao-algorithm': algorithm,
    'x-qiao-signature': signature(keys, { key, algorithm }, text).toString('base64'),
  }
}

/** 32 characters that no request used before. */
export function newNonce(): string {
  return randomBytes(16).toString('hex')
}

/** Signs a text with the key of a name in the folder; SM2 as DER, default user id. */
export function signature(keys: string, { key, algorithm }: Signatory, text: string): Buffer {
  if (algorithm === 'SM2') {
    const hex = sm2.doSignature(Buffer.from(text), scalar(join(keys, `${key}.key.pem`)), {
      hash: true,
      der: true,
    })
    return Buffer.from(hex, 'hex')
  }
  const secret = readFileSync(join(keys, `${key}.secret`), 'utf8').trim()
  return createHmac(algorithm === 'HMAC-SM3' ? 'sm3' : 'sha256', secret)
    .update(text)
    .digest()
}

/** The private scalar: the OCTET STRING after `version 1` of the ECPrivateKey inside PKCS#8 (RFC 5915). */
function scalar(file: string): string {
  const der = createPrivateKey(readFileSync(file)).export({ type: 'pkcs8', format: 'der' })
  const at = der.indexOf(Buffer.from('0201010420', 'hex'))
  return der.subarray(at + 5, at + 37).toString('hex')
}

/** Sends a request as it is and reads the whole answer. */
export async function send(
  agent: Agent,
  url: string,
  method: 'GET' | 'POST',
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Answer> {
  const reply = await request(url, { dispatcher: agent, method, headers, body: body ?? null })
  const text = await reply.body.text()
  const flat = Object.entries(reply.headers).map(([name, value]) => [name, String(value)] as const)
  return { status: reply.statusCode, headers: Object.fromEntries(flat), text, json: parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
