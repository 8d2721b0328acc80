// /openapi.json: the outside surface, made from the loaded bundle and the table of errors, so that it cannot drift.
import { errors } from '../errors.ts'
import type { Bundle } from '../flow/bundle.ts'
import { localDay } from '../time.ts'
import { intakePaths } from './openapi/intake.ts'
import { operatorPaths, publicPaths } from './openapi/operators.ts'
import { createProblems, type Json, securitySchemes } from './openapi/parts.ts'
import { queryPaths } from './openapi/queries.ts'
import { shapeSchemas } from './openapi/shapes.ts'

/** The OpenAPI 3.1 document of a bundle. */
export function openapi(bundle: Bundle): Json {
  const problems = createProblems()
  const intake = intakePaths(bundle, problems, localDay(new Date()))
  const systems = [...bundle.systems.values()]
  const datasets = [...new Set(systems.flatMap(({ feeds }) => feeds))]
  const paths = {
    ...intake.paths,
    ...queryPaths(problems, datasets),
    ...operatorPaths(problems),
    ...publicPaths(problems),
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Qiao 桥',
      version: bundle.digest.slice(0, 12),
      description: 'The integration hub of a city / 市级政务服务对接枢纽',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      ...systems
        .filter(({ messages }) => Object.keys(messages).length > 0)
        .map(({ name, title }) => ({ name, description: title })),
      { name: 'queries', description: 'signed queries of systems / 系统查询' },
      { name: 'operators', description: 'the operator API / 运维接口' },
      { name: 'health', description: 'without a signature / 无需签名' },
    ],
    paths,
    components: {
      schemas: { ...shapeSchemas(), ...intake.schemas },
      responses: problems.components(),
      securitySchemes: securitySchemes(),
    },
    'x-errors': Object.entries(errors).map(([code, row]) => ({ code, ...row })),
  }
}

const texts = new WeakMap<Bundle, string>()

/** The document as text, written once for each bundle. */
export function openapiText(bundle: Bundle): string {
  let text = texts.get(bundle)
  if (text === undefined) {
    text = JSON.stringify(openapi(bundle))
    texts.set(bundle, text)
  }
  return text
}
