// Proof that a program did the work it is measured for: the sink got the expected document, rightly signed.
import { createHmac, createPrivateKey, createPublicKey, createVerify } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { mapMessage } from './reference/mapping.ts'
import { type Algorithm, identityDigest, signedText } from './reference/sign.ts'
import type { SinkAnswer } from './sink.ts'

/** What a sample must agree with: the message it came from, and the key of the signature. */
export type Expected = { message: Record<string, unknown>; algorithm: Algorithm; key: string; appId: string }

/** Throws when the sample's document or signature is not what it should be. */
export function proveWork(sample: SinkAnswer['sample'], expected: Expected): void {
  if (!sample) throw new Error('the sink kept no sample')
  const document: unknown = JSON.parse(sample.body.toString())
  const wanted = mapMessage(expected.message)
  if (!isDeepStrictEqual(document, wanted)) {
    throw new Error(
      `not the expected document:\n${JSON.stringify(document)}\nexpected:\n${JSON.stringify(wanted)}`,
    )
  }
  const header = (name: string): string => String(sample.headers[`x-sign-${name}`] ?? '')
  const text = signedText(expected.algorithm, expected.appId, header('time'), header('nonce'), sample.body)
  const right = expected.algorithm === 'hmac' ? hmac(expected.key, text) : sm2(expected.key, text)
  if (!right(header('value'))) throw new Error(`the ${expected.algorithm} signature is wrong`)
}

function hmac(secret: string, text: string): (value: string) => boolean {
  return (value) => value === createHmac('sha256', secret).update(text).digest('base64')
}

function sm2(pem: string, text: string): (value: string) => boolean {
  const key = createPublicKey(createPrivateKey(pem))
  return (value) => createVerify('sm3').update(identityDigest(key)).update(text).verify(key, value, 'base64')
}
