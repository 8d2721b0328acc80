// Requests of departments as they are counted and traced.
import type { IncomingHttpHeaders } from 'node:http'
import { QiaoError } from '../errors.ts'
import { LedgerAway } from '../ledger/database.ts'
import type { Meter } from '../meter.ts'
import { readContext, type Span, type TraceContext, type Tracer } from '../trace.ts'

export type Watchers = { meter: Meter; tracer?: Tracer | undefined }

/** A request under way; `source` and `type` are set as soon as they are known to be names of the files. */
export type Watched = {
  source: string
  type: string
  /** where the messages of this request stand in a trace: the caller's place where nobody records here */
  trace: TraceContext | null
  span: Span | undefined
  /** by performance.now() */
  began: number
}

const route = '/v1/{system}/{message}'

/** Begins to watch a request. */
export function beginRequest({ tracer }: Watchers, headers: IncomingHttpHeaders): Watched {
  const caller = readContext(headers)
  const span = tracer?.start('server', `POST ${route}`, caller)
  return { source: '', type: '', trace: span?.context ?? caller, span, began: performance.now() }
}

/** Notes how it was answered. */
export function endRequest(
  { meter }: Watchers,
  { source, type, span, began }: Watched,
  status: number,
): void {
  meter.request(source, type, status, (performance.now() - began) / 1000)
  const attributes = {
    'http.request.method': 'POST',
    'http.route': route,
    'http.response.status_code': status,
    'qiao.source': source,
    'qiao.type': type,
  }
  span?.end(attributes, status >= 500 ? String(status) : undefined)
}

/** The status that an error is answered with. */
export function statusOf(error: unknown): number {
  return error instanceof QiaoError ? error.status : error instanceof LedgerAway ? 503 : 500
}
