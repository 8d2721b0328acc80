// The adapter of electronic seal services: a signature that comes back is believed only after every step of its
// verification, for a wrong one would be stored with the licence for good.
import { StartupError } from '../../core/errors.ts'
import type { Adapter } from '../../core/flow/adapter.ts'
import { type Crypto, inline } from '../../core/signing/crypto.ts'
import type { Keys } from '../../core/signing/keys.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { sizeLimit } from './der.ts'
import { type Trust, type Verification, verifySeal } from './verify.ts'

export type { Code, Step, Trust, Verification } from './verify.ts'
export { verifySeal } from './verify.ts'

/** Settings of the adapter; the defaults are those of the sandbox service (reference 05 §6). */
export type EsealOptions = {
  /** operations whose reply holds a signature; other replies pass. Default: sign */
  operations?: readonly string[]
  /** dotted path in the sent document of the digest to be sealed, Base64 of 32 bytes. Default: digest */
  digest?: string
  /** name in the result of the signature that came back, Base64 of DER. Default: signedValue */
  signedValue?: string
  /** names of the trusted authorities' certificates in the key store. Default: eseal-ca */
  authorities?: readonly string[]
  /** names of the seal makers' certificates, to accept no others that the authorities certified. Default: any */
  makers?: readonly string[]
  /** where SM2 is computed. Default: the calling thread, about 1.2 ms a signature */
  crypto?: Crypto
}

function decode(data: unknown, limit: number): Buffer | undefined {
  if (typeof data !== 'string' || data.length > Math.ceil(limit / 3) * 4) return undefined
  return /^[A-Za-z0-9+/]+={0,2}$/.test(data) ? Buffer.from(data, 'base64') : undefined
}

function at(data: unknown, path: string): unknown {
  let value = data
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

function summary({ signature, steps }: Verification): Record<string, unknown> {
  if (!signature) return { steps }
  const { seal, version, signedAt, signerCertificate } = signature
  const signerSerial = serialOf(signerCertificate)
  return {
    seal: { esID: seal.esID, name: seal.name, signerSerial, version, signedAt: signedAt.toISOString() },
    steps,
  }
}

function serialOf(certificate: Buffer): string | null {
  try {
    return readCertificate(certificate).serial
  } catch {
    return null
  }
}

function trusted(name: string, keys: Keys): Certificate {
  const der = keys.certificate(name)
  try {
    return readCertificate(der)
  } catch (cause) {
    const todo = 'Put the SM2 certificate of the authority (X.509, PEM) into the key folder.'
    throw new StartupError(`the certificate ${name} cannot be trusted as it is`, todo, cause)
  }
}

/**
 * Makes the adapter. `inspect` adds to the result `seal` { esID, name, signerSerial (hex), version, signedAt } and
 * `steps` [{ step, ok, code, zh, en }]; a failed step refuses the reply with the first failure as its reason.
 * @example eseal({ crypto: pool(2), makers: ['eseal-maker'] })
 */
export function eseal(options: EsealOptions = {}): Adapter {
  const {
    operations = ['sign'],
    digest = 'digest',
    signedValue = 'signedValue',
    authorities = ['eseal-ca'],
    makers,
    crypto = inline(),
  } = options

  // parsed once per key store, so that new certificates come with a new store
  const trusts = new WeakMap<Keys, Trust>()
  function trustOf(keys: Keys): Trust {
    const known = trusts.get(keys)
    if (known) return known
    const read = (name: string): Certificate => trusted(name, keys)
    const trust: Trust = { authorities: authorities.map(read), makers: makers?.map(read) }
    trusts.set(keys, trust)
    return trust
  }

  return {
    name: 'eseal',
    results: ['seal', 'steps'],
    async inspect({ operation, sent, result, keys, now }) {
      if (!operations.includes(operation)) return { ok: true, result }
      const expected = decode(at(sent, digest), 64)
      if (expected?.length !== 32) {
        return {
          ok: false,
          reason: `发出的 ${digest} 不是 SM3 值 / ${digest} that was sent is no SM3 digest`,
          result,
        }
      }
      const der = decode(result[signedValue], sizeLimit)
      if (!der) {
        return {
          ok: false,
          reason: `返回的 ${signedValue} 不是签章数据 / ${signedValue} holds no signature`,
          result,
        }
      }
      const verification = await verifySeal(der, expected, trustOf(keys), now, crypto)
      const more = { ...result, ...summary(verification) }
      const failed = verification.steps.find((step) => !step.ok)
      if (!failed) return { ok: true, result: more }
      return {
        ok: false,
        reason: `${failed.step} (${failed.code}): ${failed.zh} / ${failed.en}`,
        result: more,
      }
    },
  }
}
