// /openapi.json: the outside surface, made from the loaded bundle and the table of errors, so that it cannot drift.
import { errors } from '../errors.ts'
import type { Loaded } from '../flow/registry.ts'

const signature = [
  'X-Qiao-Key',
  'X-Qiao-Timestamp',
  'X-Qiao-Nonce',
  'X-Qiao-Algorithm',
  'X-Qiao-Signature',
].map((name) => ({ name, in: 'header', required: true, schema: { type: 'string' } }))
const problem = { $ref: '#/components/responses/Problem' }

/** The OpenAPI 3.1 document of a bundle. */
export function openapi(bundle: Loaded): Record<string, unknown> {
  const paths: Record<string, unknown> = {}
  for (const system of bundle.systems.values()) {
    for (const [message, mapping] of Object.entries(system.messages)) {
      const intake = bundle.library.intake(mapping)
      const mediaType = intake?.format === 'xml' ? 'application/xml' : 'application/json'
      paths[`/v1/${system.name}/${message}`] = {
        post: {
          summary: `${system.title}: ${intake?.to ?? message}`,
          parameters: signature,
          requestBody: { required: true, content: { [mediaType]: { schema: {} } } },
          responses: {
            202: { description: 'Accepted durably; one receipt per message / 已受理并出具回执' },
            default: problem,
          },
        },
      }
    }
  }
  const read = (summary: string, parameters: unknown[] = []): unknown => ({
    get: {
      summary,
      parameters: [...signature, ...parameters],
      responses: { 200: { description: 'OK' }, default: problem },
    },
  })
  const inPath = (name: string): unknown => ({ name, in: 'path', required: true, schema: { type: 'string' } })
  const inQuery = (name: string): unknown => ({ name, in: 'query', schema: { type: 'string' } })
  paths['/v1/messages/{id}'] = read('A message, its deliveries and receipt / 消息查询', [inPath('id')])
  paths['/v1/cases/{caseNo}'] = read('All messages of a case / 统一查询', [inPath('caseNo')])
  paths['/v1/feeds/{dataset}'] = read('Rows after a cursor / 增量拉取', [
    inPath('dataset'),
    inQuery('after'),
    inQuery('limit'),
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'Qiao 桥', version: bundle.digest.slice(0, 12) },
    paths,
    components: {
      responses: {
        Problem: {
          description: 'RFC 9457 problem details',
          content: { 'application/problem+json': { schema: {} } },
        },
      },
    },
    'x-errors': Object.entries(errors).map(([code, row]) => ({ code, ...row })),
  }
}
