// Signs an outgoing request as the sink's recipe says: over appid, time, nonce and body digest.
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  type KeyObject,
  randomUUID,
} from 'node:crypto'

export type Algorithm = 'hmac' | 'sm2'
export type Signer = (content: Buffer) => Record<string, string>

/** `appId\ntime\nnonce\nhex(digest(content))`: SHA-256 for hmac, SM3 for sm2 (the text bench/mappings signs too). */
export function signedText(
  algorithm: Algorithm,
  appId: string,
  time: string,
  nonce: string,
  content: Buffer,
): string {
  const digest = createHash(algorithm === 'hmac' ? 'sha256' : 'sm3')
    .update(content)
    .digest('hex')
  return `${appId}\n${time}\n${nonce}\n${digest}`
}

/** Makes the signer; `key` is the HMAC secret's text or the SM2 private key as PKCS#8 PEM. */
export function createSigner(algorithm: Algorithm, appId: string, key: string): Signer {
  const value = algorithm === 'hmac' ? hmac(key) : sm2(key)
  return (content) => {
    const time = String(Date.now())
    const nonce = randomUUID().replaceAll('-', '') // drawn from a cache, unlike randomBytes
    return {
      'x-sign-appid': appId,
      'x-sign-time': time,
      'x-sign-nonce': nonce,
      'x-sign-value': value(signedText(algorithm, appId, time, nonce, content)),
    }
  }
}

function hmac(secret: string): (text: string) => string {
  return (text) => createHmac('sha256', secret).update(text).digest('base64')
}

function sm2(pem: string): (text: string) => string {
  const key = createPrivateKey(pem) // imported, never generated: only imported keys sign SM2 (11-measured §3.1)
  const za = identityDigest(createPublicKey(key))
  return (text) => createSign('sm3').update(za).update(text).sign(key, 'base64')
}

// GB/T 32918.5-2017: curve parameters a, b, Gx, Gy; user id of GM/T 0009-2012 §10.
const curve = [
  'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC',
  '28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93',
  '32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7',
  'BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0',
].join('')

/** ZA = SM3(ENTL ‖ id ‖ a ‖ b ‖ Gx ‖ Gy ‖ xA ‖ yA), GB/T 32918.2-2016 §5.5. */
export function identityDigest(publicKey: KeyObject): Buffer {
  const id = Buffer.from('1234567812345678')
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-64)
  const length = Buffer.from([0, id.length * 8])
  return createHash('sm3').update(length).update(id).update(Buffer.from(curve, 'hex')).update(point).digest()
}
