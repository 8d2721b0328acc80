// Pipeline steps that use a key: HMAC, signature, encryption, decryption, and the secret's own text.
// A key is named as in the key store; "@secret" is a value of the system's session; { value: x } an earlier value.
import { z } from 'zod'
import { blockSize, type Cipher, ciphers, decipher, encipher, sha1prng } from './cipher.ts'
import { type Context, useKey, within } from './context.ts'
import { hashes, hmac } from './hash.ts'
import { failUnknown, useValue } from './names.ts'
import { bytesOf, type Frame, textOf, type Value } from './scope.ts'
import type { Sm2CipherOptions } from './sm2-cipher.ts'
import { type Definition, define } from './step.ts'
import { decodeText } from './steps-plain.ts'

const keyName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a key name has a-z, 0-9 and -')
const secretKey = z.union([
  z.string().regex(/^@?[A-Za-z0-9][A-Za-z0-9_-]*$/, 'a key name, or @ and a name of the session'),
  z.strictObject({ value: z.string() }),
])
const keyEncoding = z.enum(['text', 'hex', 'base64']).default('text')

type ReadKey = (frame: Frame) => Value

/** Reads a key; `context` stands at it. */
function readKey(key: z.infer<typeof secretKey>, context: Context): ReadKey {
  if (typeof key !== 'string') {
    if (!useValue(key.value, context)) failUnknown(key.value, within(context, 'value'))
    return (frame) => frame.values[key.value] ?? ''
  }
  if (!key.startsWith('@')) {
    useKey(context, 'secret', key)
    return (frame) => frame.scope.keys.secret(key)
  }
  const name = key.slice(1)
  context.uses.session.push({ name, at: context.path })
  return (frame) => {
    const value = frame.scope.session[name]
    if (value === undefined) throw new Error(`the session holds no "${name}"; the login step must run first`)
    return value
  }
}

const decoded = (encoding: 'text' | 'hex' | 'base64', value: Value): Value =>
  encoding === 'text' || typeof value !== 'string' ? value : decodeText(encoding, value)

const hmacShape = z.strictObject({ hash: z.enum(hashes), key: secretKey, encoding: keyEncoding })
const hmacStep = define({ hmac: hmacShape }, ({ hmac: rule }, context) => {
  const key = readKey(rule.key, within(context, 'hmac', 'key'))
  return { kind: 'bytes', run: (frame, it) => hmac(rule.hash, decoded(rule.encoding, key(frame)), it) }
})

const signShape = z.strictObject({
  algorithm: z.enum(['sm2', 'rsa-sha256']),
  key: keyName,
  form: z.enum(['der', 'rs']).optional(),
  userId: z.string().optional(),
})
const sign = define({ sign: signShape }, ({ sign: rule }, context) => {
  useKey(context, 'private', rule.key)
  const { form, userId } = rule
  const sm2 = rule.algorithm === 'sm2'
  if (!sm2 && (form ?? userId) !== undefined) {
    context.fail([...context.path, 'sign'], 'form and userId belong to sm2', 'form 与 userId 仅用于 sm2')
  }
  return {
    kind: 'bytes',
    run: ({ scope }, it) => {
      const key = scope.keys.privateKey(rule.key)
      return sm2
        ? scope.crypto.sm2Sign(key, bytesOf(it), { form, userId })
        : scope.crypto.rsaSign(key, bytesOf(it))
    },
  }
})

const sm2Shape = z.strictObject({
  algorithm: z.literal('sm2'),
  key: keyName,
  order: z.enum(['C1C3C2', 'C1C2C3']).optional(),
  asn1: z.boolean().optional(),
  prefix04: z.boolean().optional(),
})
const blockShape = z.strictObject({
  algorithm: z.enum(ciphers),
  key: secretKey,
  encoding: keyEncoding,
  derive: z.literal('sha1prng').optional(),
  /** 32 hex digits, { value: x } of 16 bytes, or `random`: a new one goes in front of the ciphertext */
  iv: z
    .union([
      z.string().regex(/^([0-9a-f]{32}|random)$/i, '32 hex digits, or random'),
      z.strictObject({ value: z.string() }),
    ])
    .optional(),
})
const cipherShape = z.discriminatedUnion('algorithm', [sm2Shape, blockShape])
type BlockRule = z.infer<typeof blockShape>

function blockKey(rule: BlockRule, context: Context): (frame: Frame) => Buffer {
  const read = readKey(rule.key, within(context, 'key'))
  return (frame) => {
    const key = decoded(rule.encoding, read(frame))
    const bytes = rule.derive ? sha1prng(bytesOf(key)) : bytesOf(key)
    if (bytes.length === blockSize) return bytes
    throw new RangeError(`${rule.algorithm} needs a key of 16 bytes, this one has ${bytes.length}`)
  }
}

/** The fixed or computed IV; undefined when each ciphertext carries its own. */
function blockIv(rule: BlockRule, context: Context): ((frame: Frame) => Buffer) | undefined {
  if (rule.iv === 'random') return undefined
  const cbc = rule.algorithm.endsWith('-cbc')
  if (cbc !== (rule.iv !== undefined)) {
    context.fail(context.path, cbc ? 'CBC needs an iv' : 'ECB has no iv', cbc ? 'CBC 需要 iv' : 'ECB 没有 iv')
  }
  if (typeof rule.iv === 'object') {
    const read = readKey(rule.iv, within(context, 'iv'))
    return (frame) => bytesOf(read(frame))
  }
  const fixed = Buffer.from(rule.iv ?? '', 'hex')
  return () => fixed
}

type Run = (cipher: Cipher, key: Buffer, data: Buffer, iv: Buffer | undefined, frame: Frame) => Buffer
const randomIv = (frame: Frame): Buffer => Buffer.from(frame.scope.nonce(blockSize), 'latin1')
const seal: Run = (cipher, key, data, iv, frame) => {
  if (iv) return encipher(cipher, key, data, iv)
  const own = randomIv(frame)
  return Buffer.concat([own, encipher(cipher, key, data, own)])
}
const unseal: Run = (cipher, key, data, iv) =>
  iv
    ? decipher(cipher, key, data, iv)
    : decipher(cipher, key, data.subarray(blockSize), data.subarray(0, blockSize))

function block(rule: BlockRule, context: Context, run: Run): (frame: Frame, it: Value) => Buffer {
  const key = blockKey(rule, context)
  const iv = blockIv(rule, context)
  return (frame, it) => run(rule.algorithm, key(frame), bytesOf(it), iv?.(frame), frame)
}

const optionsOf = ({ order, asn1, prefix04 }: z.infer<typeof sm2Shape>): Sm2CipherOptions => ({
  order,
  asn1,
  prefix04,
})

const encrypt = define({ encrypt: cipherShape }, ({ encrypt: rule }, outer) => {
  const context = { ...outer, path: [...outer.path, 'encrypt'] }
  if (rule.algorithm !== 'sm2') return { kind: 'bytes', run: block(rule, context, seal) }
  useKey(context, 'public', rule.key)
  const options = optionsOf(rule)
  return {
    kind: 'bytes',
    run: ({ scope }, it) => scope.crypto.sm2Encrypt(scope.keys.publicKey(rule.key), bytesOf(it), options),
  }
})

const decrypt = define({ decrypt: cipherShape }, ({ decrypt: rule }, outer) => {
  const context = { ...outer, path: [...outer.path, 'decrypt'] }
  if (rule.algorithm !== 'sm2') return { kind: 'text', run: block(rule, context, unseal) }
  useKey(context, 'private', rule.key)
  const options = optionsOf(rule)
  return {
    kind: 'text',
    run: ({ scope }, it) => scope.crypto.sm2Decrypt(scope.keys.privateKey(rule.key), bytesOf(it), options),
  }
})

/** The steps by name. */
export const keyedSteps: Readonly<Record<string, Definition>> = {
  hmac: hmacStep,
  sign,
  encrypt,
  decrypt,
  derive: define({ derive: z.literal('sha1prng') }, () => ({
    kind: 'bytes',
    run: (_, it) => sha1prng(it),
  })),
  secret: define({ secret: secretKey }, (step, context) => {
    const read = readKey(step.secret, within(context, 'secret'))
    return { kind: 'text', isFresh: true, run: (frame) => textOf(read(frame)) }
  }),
}
