// An OTLP/HTTP collector of the simplest kind: it writes down the spans that come as JSON.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Span = {
  traceId: string
  spanId: string
  /** '' of a root */
  parentSpanId: string
  name: string
  /** 2 server, 3 client */
  kind: number
  attributes: Record<string, string | number>
  failed: boolean
  service: string
}

export type Collector = { url: string; spans: Span[]; close(): Promise<void> }

type Value = { stringValue?: string; intValue?: number | string; doubleValue?: number }
type Attribute = { key: string; value: Value }
type Raw = Omit<Span, 'attributes' | 'failed' | 'service'> & {
  attributes: Attribute[]
  status?: { code?: number }
}
type Export = {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Raw[] }[] }[]
}

/** Starts one on 127.0.0.1. */
export async function startCollector(): Promise<Collector> {
  const spans: Span[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const wellMade =
      request.url === '/v1/traces' && request.headers['content-type']?.startsWith('application/json')
    if (wellMade) spans.push(...spansOf(JSON.parse(Buffer.concat(parts).toString('utf8')) as Export))
    response.writeHead(wellMade ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function spansOf({ resourceSpans }: Export): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, attributes, status }) => ({
        traceId,
        spanId,
        parentSpanId: parentSpanId ?? '',
        name,
        kind,
        attributes: named(attributes),
        failed: status?.code === 2,
        service: String(named(resource.attributes)['service.name']),
      })),
    ),
  )
}

function named(attributes: readonly Attribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? Number(value.intValue ?? value.doubleValue),
    ]),
  )
}
