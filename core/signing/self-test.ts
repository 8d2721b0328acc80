// Known-answer tests run at each start: on a Node or OpenSSL that does SM2 differently the hub must not sign.
// A sign-then-verify round trip would not notice (10-pitfalls §6), so fixed vectors and a second
// implementation judge. Vectors: GB/T 32918.5 annex A key with the default id, GB/T 32905, GB/T 32907,
// reference 05 §4 and 09 §1–2.
import { sm2 } from 'sm-crypto-v2'
import { StartupError } from '../errors.ts'
import { encipher, sha1prng } from './cipher.ts'
import { fromDer, toDer } from './curve.ts'
import { digest, hmac } from './hash.ts'
import { sm2KeyFromHex } from './keys.ts'
import { sm2Sign, sm2Verify } from './sm2.ts'
import { sm2Decrypt } from './sm2-cipher.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

const number = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'
const point =
  '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
  'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'
const signature = hex(
  'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
)
// "encryption standard" encrypted to the key above by sm-crypto 0.5.8, C1C3C2
const ciphertext = hex(
  '0428b4c8228339d3e044025c2084cc6736bebd9cd27262439a49424c6ee959964baf89a682b1033bd6903c56ebdd734a' +
    '5e7a48fcaacb1d37b1af005847b7bb4e7fcbbe96de5025e015fcabc558c631850afc99be0d62815fb07c98bf4dff2130' +
    '28e83797c23ecc2f4645f3424c1650a93d57d02c',
)

const checks: Readonly<Record<string, () => boolean>> = {
  SM3: () =>
    digest('sm3', 'abc').equals(hex('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')),
  'HMAC-SM3': () =>
    hmac('sm3', 'secret', 'abc').equals(
      hex('96042a28529e7a438af81eece5b293e0699f481fd372c08c5ac01b8dc4b81856'),
    ),
  SM4: () =>
    encipher('sm4-ecb', hex('0123456789abcdeffedcba9876543210'), hex('0123456789abcdeffedcba9876543210'))
      .subarray(0, 16)
      .equals(hex('681edf34d206965e86b3e94f536e4246')),
  SHA1PRNG: () =>
    sha1prng('0123456789abcdef0123456789abcdef').equals(hex('2d703e10a32f30251a2370355793e786')),
  'SM2 public key and Z': () => {
    const key = sm2KeyFromHex(number)
    const z = 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3'
    return key.point === point && key.z().equals(hex(z))
  },
  'SM2 verification': () => {
    const key = sm2KeyFromHex(number).verifying
    const right = sm2Verify(key, Buffer.from('message digest'), toDer(signature))
    const wrong = sm2Verify(key, Buffer.from('message digesT'), toDer(signature))
    return right && !wrong
  },
  'SM2 signature': () => {
    const message = Buffer.from('message digest')
    const rs = fromDer(sm2Sign(sm2KeyFromHex(number), message)).toString('hex')
    return sm2.doVerifySignature(message, rs, `04${point}`, { hash: true })
  },
  'SM2 decryption': () =>
    sm2Decrypt(sm2KeyFromHex(number), ciphertext).equals(Buffer.from('encryption standard')),
}

function passes(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}

/** Runs all known-answer tests (about 0.1 s); throws StartupError naming the algorithms that fail here. */
export function selfTest(): void {
  const failed = Object.keys(checks).filter((name) => !passes(checks[name] as () => boolean))
  if (failed.length === 0) return
  throw new StartupError(
    `this Node.js (${process.version}, OpenSSL ${process.versions.openssl}) fails the known-answer test of: ${failed.join(', ')}`,
    'Run Qiao on an official Node.js 20, 22 or 24 build, whose OpenSSL has SM2, SM3 and SM4.',
  )
}
