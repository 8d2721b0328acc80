// The OpenAPI document: whole, true of the routes, with examples that are valid, and small enough to be fetched often.
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { adapters } from '../../adapters/index.ts'
import { errors } from '../../core/errors.ts'
import { compileBundle } from '../../core/flow/bundle.ts'
import { readFiles, withoutCases } from '../../core/flow/files.ts'
import { type AppParts, createApp } from '../../core/http/app.ts'
import { openapi, openapiText } from '../../core/http/openapi.ts'
import { parseXml } from '../../core/mapping/format/format.ts'

type Json = Record<string, unknown>
type Operation = {
  operationId?: string
  summary?: string
  security?: Json[]
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: Json; example?: unknown }> }
  responses?: Record<string, Json>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json>; responses: Record<string, Json>; securitySchemes: Json }
  'x-errors': { code: string }[]
}

const files = withoutCases(readFiles('mappings'))
const bundle = compileBundle(files, adapters(), { systems: {} })
// as a client reads it
const document = JSON.parse(openapiText(bundle)) as Document
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
)

function follow(ref: string): unknown {
  return ref
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((at, name) => (at as Json | undefined)?.[name.replaceAll('~1', '/')], document)
}

function* nodes(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Json
  for (const member of Object.values(value)) yield* nodes(member)
}

/** A judge for a schema of the document. */
function judge(schema: Json): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas })
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as never)
}

describe('the document', () => {
  test('has no reference that leads nowhere, and no component nobody uses', () => {
    const refs = [...nodes(document)].flatMap((node) => (typeof node.$ref === 'string' ? [node.$ref] : []))
    expect(refs.filter((each) => follow(each) === undefined)).toEqual([])
    const { schemas, responses } = document.components
    const names = [
      ...Object.keys(schemas).map((name) => `#/components/schemas/${name}`),
      ...Object.keys(responses).map((name) => `#/components/responses/${name}`),
    ]
    expect(names.filter((name) => !refs.includes(name))).toEqual([])
    expect(names.every((name) => /^#\/components\/[a-z]+\/[\w.-]+$/i.test(name))).toBe(true)
  })

  test('gives every operation an id of its own, a summary, a security and answers', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    for (const { path, operation } of operations) {
      const { operationId, summary, security = [], responses = {} } = operation
      expect([operationId, summary], path).toEqual([expect.stringMatching(/^[\w-]+$/), expect.any(String)])
      const names = security.flatMap((each) => Object.keys(each))
      expect(Object.keys(document.components.securitySchemes), path).toEqual(expect.arrayContaining(names))
      const statuses = Object.keys(responses)
      expect(
        statuses.some((status) => status.startsWith('2')),
        path,
      ).toBe(true)
      expect(
        statuses.every((status) => /^[2-5]\d\d$/.test(status)),
        path,
      ).toBe(true)
    }
  })

  test('declares every parameter of a path, and no other', () => {
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((each) => each.in === 'path').map(({ name }) => name)
      expect(inPath.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort())
    }
  })

  test('names only errors of the table, each under its own status, and every error somewhere', () => {
    const told = new Set<string>()
    for (const [name, response] of Object.entries(document.components.responses)) {
      for (const { code, status } of [...nodes(response)].map((node) => (node.properties ?? {}) as Json)) {
        for (const each of ((code as Json | undefined)?.enum ?? []) as (keyof typeof errors)[]) {
          told.add(each)
          expect([errors[each].status, name]).toEqual([
            (status as Json).const,
            expect.stringContaining(String(errors[each].status)),
          ])
        }
      }
    }
    // CSV belongs to departments that send it
    const rest = Object.keys(errors).filter((code) => !told.has(code))
    expect(rest.filter((code) => !['request.unknown-message', 'body.csv'].includes(code))).toEqual([])
    expect(document['x-errors'].map(({ code }) => code)).toEqual(Object.keys(errors))
  })

  test('has exactly the routes of the hub', () => {
    const app = createApp({ registry: { current: () => bundle } } as unknown as AppParts)
    const routes = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(
        ({ method, path }) =>
          `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}').replace(/(.)\/$/, '$1')}`,
      )
    const told = operations.map(({ method, path }) => {
      const known = /^\/v1\/(?!messages|cases|feeds|callbacks)[^/]+\/[^/]+$/.test(path)
      return `${method.toUpperCase()} ${known ? '/v1/{system}/{message}' : path}`
    })
    expect([...new Set(told)].sort()).toEqual([...new Set(routes)].sort())
  })
})

describe('a department', () => {
  const posts = [...bundle.systems.values()].flatMap(({ name, messages }) =>
    Object.entries(messages).map(([message, mapping]) => ({ path: `/v1/${name}/${message}`, mapping })),
  )

  test.each(posts)('finds at $path its own field table in its own format', ({ path, mapping }) => {
    const content = document.paths[path]?.post?.requestBody?.content ?? {}
    const [[type = '', { schema, example } = { schema: {} }] = []] = Object.entries(content)
    const intake = bundle.library.intake(mapping)
    expect(type).toContain(
      { json: '/json', xml: '/xml', form: '/x-www-form-urlencoded', csv: '/csv' }[intake?.format ?? 'json'],
    )
    expect(JSON.stringify(schema)).toContain(`#/components/schemas/${intake?.from.replace('/', '.')}"`)
    if (type === 'application/xml') {
      // in XML every value is text, so only the members are compared
      const { required = [] } = follow(String(schema.$ref)) as { required?: string[] }
      expect(Object.keys(parseXml(String(example)).value as object)).toEqual(expect.arrayContaining(required))
    } else if (type !== 'text/csv') {
      expect(judge(schema).safeParse(example).error?.message).toBeUndefined()
    }
  })

  test('sees types, lengths, codes with labels, required members and personal classes', () => {
    const schema = document.components.schemas['housing.acceptance'] as {
      properties: Json
      required: string[]
    }
    expect(schema.required).toEqual(expect.arrayContaining(['application', 'applicant']))
    expect(JSON.stringify(schema)).toMatch(/"maxLength":\d+/)
    expect(JSON.stringify(schema)).toContain('"x-personal":"id"')
  })

  test('finds nothing personal in the examples: only labels, codes, zeros and one day', () => {
    const examples = [...nodes(document.paths)].flatMap((node) => ('example' in node ? [node.example] : []))
    expect(examples.length).toBeGreaterThan(5)
    expect(JSON.stringify(examples)).not.toMatch(/[1-9]\d{16}[\dX]|(?<!\d)1[3-9]\d{9}(?!\d)/)
  })
})

test('the document is made once for a bundle, and anew for another', () => {
  expect(openapiText(bundle)).toBe(openapiText(bundle))
  const { 'systems/market.yaml': _, ...fewer } = files
  const other = compileBundle(fewer, adapters(), { systems: {} })
  const paths = Object.keys((openapi(other) as Document).paths)
  expect(paths.some((path) => path.startsWith('/v1/market/'))).toBe(false)
  expect(paths).toContain('/v1/housing/acceptance')
})

test('the document stays under 200 kB', () => {
  expect(Buffer.byteLength(openapiText(bundle))).toBeLessThan(200_000)
})
