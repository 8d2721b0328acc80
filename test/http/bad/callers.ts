// Callers that cannot be who they say: wrong signatures, missing headers, clocks, and doors that are not theirs.
import type { ErrorCode } from '../../../core/errors.ts'
import { type Algorithm, newNonce, type Signed, signedHeaders } from '../../hub/client.ts'
import { type Running, signatories, typed } from '../../hub/running.ts'
import { type Attempt, message, type Row, signed } from './row.ts'

const postings = {
  housing: message('housing', 'acceptance'),
  social: message('social', 'acceptance'),
  market: message('market', 'acceptance'),
} as const
type Department = keyof typeof postings
const all = ['housing', 'social', 'market'] as const
const headers = ['key', 'timestamp', 'nonce', 'algorithm', 'signature'] as const

type Headers = Record<string, string>

/** A row whose good request had its headers changed after signing. */
function tampered(
  name: string,
  code: ErrorCode,
  change: (headers: Headers, hub: Running) => Headers,
  of: Department = 'housing',
): Row {
  return {
    name,
    code,
    attempt: (hub) => {
      const good = signed(hub, postings[of])
      return { ...good, headers: change(good.headers, hub) }
    },
  }
}

/** A row that signs something else than it sends. */
function misSigned(
  name: string,
  code: ErrorCode,
  change: Partial<Signed>,
  of: Department = 'housing',
  algorithm: Algorithm = signatories[of].algorithm,
): Row {
  return tampered(
    name,
    code,
    (good, hub) => {
      const { path, body } = postings[of]
      return {
        ...good,
        ...signedHeaders(hub.keys, { key: of, algorithm }, { method: 'POST', path, body, ...change }),
      }
    },
    of,
  )
}

/** A row that calls an address with a good signature over it. */
function called(
  name: string,
  code: ErrorCode,
  path: string,
  method: 'GET' | 'POST' = 'POST',
  of: Department = 'housing',
): Row {
  const { contentType, body } = postings[of]
  return {
    name,
    code,
    attempt: (hub): Attempt => {
      const sent = method === 'POST' ? body : undefined
      const request: Signed = sent === undefined ? { method, path } : { method, path, body: sent }
      const auth = signedHeaders(hub.keys, signatories[of], request)
      return { method, path, headers: { ...auth, ...typed(contentType) }, body: sent, personal: [] }
    },
  }
}

function without(headers: Headers, name: string): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
}

/** The same signature as r‖s instead of DER. */
function bareSignature(der: Buffer): Buffer {
  const first = der[3] ?? 0
  const pad = (integer: Buffer): Buffer => Buffer.concat([Buffer.alloc(32), integer]).subarray(-32)
  return Buffer.concat([pad(der.subarray(4, 4 + first)), pad(der.subarray(6 + first))])
}

export const signatures: readonly Row[] = [
  ...all.flatMap((of) => [
    tampered(
      `${of}: one bit of the signature turned`,
      'auth.signature',
      (good) => {
        const bytes = Buffer.from(good['x-qiao-signature'] ?? '', 'base64')
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
        return { ...good, 'x-qiao-signature': bytes.toString('base64') }
      },
      of,
    ),
    tampered(
      `${of}: signature cut short`,
      'auth.signature',
      (good) => ({
        ...good,
        'x-qiao-signature': (good['x-qiao-signature'] ?? '').slice(0, 20),
      }),
      of,
    ),
    tampered(
      `${of}: signature that is no Base64`,
      'auth.signature',
      (good) => ({ ...good, 'x-qiao-signature': '!!!' }),
      of,
    ),
    misSigned(`${of}: signature over another body`, 'auth.signature', { body: Buffer.from('{}') }, of),
    misSigned(`${of}: signature over another path`, 'auth.signature', { path: `/v1/${of}/completion` }, of),
    misSigned(`${of}: signature over another method`, 'auth.signature', { method: 'GET' }, of),
    tampered(
      `${of}: another nonce than signed`,
      'auth.signature',
      (good) => ({ ...good, 'x-qiao-nonce': newNonce() }),
      of,
    ),
    tampered(
      `${of}: another time than signed`,
      'auth.signature',
      (good) => ({
        ...good,
        'x-qiao-timestamp': String(Number(good['x-qiao-timestamp']) + 1),
      }),
      of,
    ),
  ]),
  tampered(
    'SM2 signature as r‖s',
    'auth.signature',
    (good) => ({
      ...good,
      'x-qiao-signature': bareSignature(Buffer.from(good['x-qiao-signature'] ?? '', 'base64')).toString(
        'base64',
      ),
    }),
    'market',
  ),
  tampered(
    'SM2 signature of another key',
    'auth.signature',
    (good, hub) => ({
      ...good,
      ...signedHeaders(hub.keys, { key: 'review', algorithm: 'SM2' }, { method: 'POST', ...postings.market }),
      'x-qiao-key': 'market',
    }),
    'market',
  ),
  tampered('HMAC with the secret of another department', 'auth.signature', (good, hub) => ({
    ...good,
    ...signedHeaders(
      hub.keys,
      { key: 'social', algorithm: 'HMAC-SM3' },
      { method: 'POST', ...postings.housing },
    ),
    'x-qiao-key': 'housing',
  })),
  tampered('HMAC-SHA256 value declared as HMAC-SM3', 'auth.signature', (good, hub) => ({
    ...good,
    ...signedHeaders(
      hub.keys,
      { key: 'housing', algorithm: 'HMAC-SHA256' },
      { method: 'POST', ...postings.housing },
    ),
    'x-qiao-algorithm': 'HMAC-SM3',
  })),
  {
    name: 'query added after signing',
    code: 'auth.signature',
    attempt: (hub) => {
      const good = signed(hub, postings.housing)
      return { ...good, path: `${good.path}?force=true` }
    },
  },
  {
    name: 'a letter of the body changed after signing',
    code: 'auth.signature',
    attempt: (hub) => {
      const good = signed(hub, postings.housing)
      return {
        ...good,
        body: Buffer.from(
          good.body?.toString('utf8').replace('COUNTER', 'COURIER').replace('WEB', 'APP') ?? '',
        ),
      }
    },
  },
]

export const identities: readonly Row[] = [
  ...headers.flatMap((name) => [
    tampered(`header X-Qiao-${name} missing`, 'auth.missing', (good) => without(good, `x-qiao-${name}`)),
    tampered(`header X-Qiao-${name} empty`, 'auth.missing', (good) => ({ ...good, [`x-qiao-${name}`]: '' })),
  ]),
  tampered('no signature headers at all', 'auth.missing', () => ({ 'content-type': 'application/json' })),
  tampered('nonce too short', 'auth.missing', (good) => ({ ...good, 'x-qiao-nonce': 'a'.repeat(15) })),
  tampered('nonce too long', 'auth.missing', (good) => ({ ...good, 'x-qiao-nonce': 'a'.repeat(65) })),
  tampered('nonce with forbidden characters', 'auth.missing', (good) => ({
    ...good,
    'x-qiao-nonce': "1' OR '1'='1' --aa",
  })),
  tampered('timestamp that is no number', 'auth.missing', (good) => ({
    ...good,
    'x-qiao-timestamp': '2026-06-01T09:00:00Z',
  })),
  ...['nobody', '__proto__', 'constructor', '../housing', 'hub', 'operator'].map((key) =>
    tampered(`unknown key id ${key}`, 'auth.unknown-key', (good) => ({ ...good, 'x-qiao-key': key })),
  ),
  ...['SM2', 'HMAC-SHA256', 'hmac-sm3', 'none', 'RSA', '__proto__'].map((algorithm) =>
    tampered(`algorithm ${algorithm} not allowed for housing`, 'auth.algorithm', (good) => ({
      ...good,
      'x-qiao-algorithm': algorithm,
    })),
  ),
  misSigned('algorithm HMAC-SM3 not allowed for market', 'auth.algorithm', {}, 'market', 'HMAC-SM3'),
  skewed('clock 301 s ahead', 301_000),
  skewed('clock 301 s behind', -301_000),
  skewed('clock a day behind', -86_400_000),
  {
    name: 'timestamp in seconds',
    code: 'auth.skew',
    attempt: (hub) => {
      const { path, body } = postings.housing
      const time = Math.floor(Date.now() / 1000)
      return {
        ...signed(hub, postings.housing),
        headers: signedHeaders(hub.keys, signatories.housing, { method: 'POST', path, body, time }),
      }
    },
  },
]

export const doors: readonly Row[] = [
  called('path of another department', 'auth.forbidden', '/v1/social/acceptance'),
  called('path of a department that is not there', 'auth.forbidden', '/v1/nobody/acceptance'),
  called('feed of the province', 'auth.forbidden', '/v1/feeds/province-cases', 'GET'),
  called('unknown message', 'request.unknown-message', '/v1/housing/nothing'),
  called('message named constructor', 'request.unknown-message', '/v1/housing/constructor'),
  called('message named __proto__', 'request.unknown-message', '/v1/housing/__proto__'),
  called('unknown address', 'request.not-found', '/v1/nothing'),
  called(
    'message that nobody sent',
    'request.not-found',
    '/v1/messages/00000000-0000-7000-8000-000000000000',
    'GET',
  ),
  called('message id that is none', 'request.not-found', "/v1/messages/1'%20OR%20'1", 'GET'),
  called('case that nobody sent', 'request.not-found', '/v1/cases/510700-20000101-000001', 'GET'),
]

function skewed(name: string, by: number): Row {
  return {
    name,
    code: 'auth.skew',
    attempt: (hub) => {
      const { path, body, contentType } = postings.housing
      const auth = signedHeaders(hub.keys, signatories.housing, {
        method: 'POST',
        path,
        body,
        time: Date.now() + by,
      })
      return { ...signed(hub, postings.housing), headers: { ...auth, ...typed(contentType) } }
    },
  }
}
