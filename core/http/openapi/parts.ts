// The pieces operations are put together from: parameters, answers, and the problems each operation may answer with.
import { type ErrorCode, errors } from '../../errors.ts'
import type { ShapeName } from './shapes.ts'

/** A piece of the document. */
export type Json = Record<string, unknown>

/** A reference to a component. */
export function ref(kind: 'schemas' | 'parameters' | 'responses', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` }
}

/** The five headers of a signed request. */
const signatureHeaders: Readonly<Record<string, string>> = {
  'X-Qiao-Key': 'key id issued by the bureau / 主管单位分配的密钥标识',
  'X-Qiao-Timestamp': 'epoch milliseconds / 毫秒时间戳',
  'X-Qiao-Nonce': '16 to 64 of A-Z a-z 0-9 _ -, new ones for every request / 16 到 64 位，每次请求不同',
  'X-Qiao-Algorithm': 'HMAC-SM3, HMAC-SHA256 or SM2, as agreed for the system / 签名算法',
  'X-Qiao-Signature':
    'Base64 over METHOD, path with query, timestamp, nonce and hex(digest(body)), joined with line feeds; digest SM3 (SHA-256 for HMAC-SHA256); SM2 as DER with the default user id / 对“方法、含查询的路径、时间戳、随机数、报文摘要的十六进制”以换行连接后签名，Base64',
}

/** Security of a signed request: the five headers together. */
export const signed: readonly Json[] = [
  Object.fromEntries(Object.keys(signatureHeaders).map((name) => [name, []])),
]

/** How callers prove who they are: systems by signed requests, operators by a secret. */
export function securitySchemes(): Json {
  const headers = Object.entries(signatureHeaders).map(([name, description]) => [
    name,
    { type: 'apiKey', in: 'header', name, description },
  ])
  const operator = { type: 'http', scheme: 'bearer', description: 'the operator secret / 运维凭证' }
  return { ...Object.fromEntries(headers), operator }
}

/** A text in the path. */
export function inPath(name: string, description: string, schema: Json = { type: 'string' }): Json {
  return { name, in: 'path', required: true, description, schema }
}

/** A text in the query. */
export function inQuery(name: string, description: string, schema: Json = { type: 'string' }): Json {
  return { name, in: 'query', description, schema }
}

/** An answer in JSON. */
export function answer(description: string, shape: ShapeName): Json {
  return { description, content: { 'application/json': { schema: ref('schemas', shape) } } }
}

/** Collects the problem answers of all operations; equal ones are one component. */
export type Problems = {
  /** answers by status for the codes an operation may give */
  of(codes: readonly ErrorCode[]): Record<string, Json>
  components(): Record<string, Json>
}

/** Creates an empty collection. */
export function createProblems(): Problems {
  const names = new Map<string, string>()
  const components: Record<string, Json> = {}
  const component = (status: number, codes: readonly ErrorCode[]): string => {
    const key = codes.join(' ')
    const known = names.get(key)
    if (known !== undefined) return known
    const count = Object.keys(components).filter((name) => name.startsWith(`Problem${status}`)).length
    const name = `Problem${status}${count === 0 ? '' : `-${count + 1}`}`
    names.set(key, name)
    components[name] = problemAnswer(status, codes)
    return name
  }
  return {
    of(codes) {
      const all: ErrorCode[] = [...codes, 'hub.internal']
      const statuses = [...new Set(all.map((code) => errors[code].status))].sort()
      return Object.fromEntries(
        statuses.map((status) => {
          const own = all.filter((code) => errors[code].status === status)
          return [String(status), ref('responses', component(status, own))]
        }),
      )
    },
    components: () => components,
  }
}

function problemAnswer(status: number, codes: readonly ErrorCode[]): Json {
  const lines = codes.map((code) => `\`${code}\` ${errors[code].zh} / ${errors[code].en}`)
  return {
    description: lines.join('\n\n'),
    ...(status === 503
      ? { headers: { 'Retry-After': { description: 'seconds / 秒', schema: { type: 'string' } } } }
      : {}),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            ref('schemas', 'Problem'),
            { properties: { code: { enum: [...codes] }, status: { const: status } } },
          ],
        },
      },
    },
  }
}
