// Where a message stands in a trace (W3C Trace Context), and the port of whoever records spans. The context is stored
// with the message: the queue is only a wake-up, so a trace goes on by the ledger, also after a restart.
import type { IncomingHttpHeaders } from 'node:http'

/** A `traceparent` of version 00, and after a space the `tracestate`, where there is one. */
export type TraceContext = string

/** A span that has begun. */
export type Span = {
  /** for whatever happens because of it */
  context: TraceContext
  /** ends it; `failed` says why it counts as an error. Attributes hold no payload and no personal data. */
  end(attributes: Readonly<Record<string, string | number>>, failed?: string): void
}

export type Tracer = {
  /** begins a span under `parent`, or a trace of its own; `server` for what was asked of us, `client` for what we ask */
  start(kind: 'server' | 'client', name: string, parent: TraceContext | null): Span
  /** sends what is recorded, within a few seconds */
  close(): Promise<void>
}

// version, trace id, parent id and flags (§3.2); a later version may go on behind them, and is read as this one (§4.3)
const shape = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/
// §3.3.1.5: what is longer need not be passed on
const longest = 512

/** The context a caller sent; null when there is none or it is none: a wrong one is never a reason to refuse. */
export function readContext(headers: IncomingHttpHeaders): TraceContext | null {
  const { traceparent, tracestate } = headers
  if (typeof traceparent !== 'string') return null
  const [whole, version, trace, parent, flags] = shape.exec(traceparent) ?? []
  if (whole === undefined || (version === '00' && traceparent.length > 55)) return null
  const state = typeof tracestate === 'string' ? tracestate : (tracestate?.join(',') ?? '')
  const plain = `00-${trace}-${parent}-${flags}`
  return state === '' || state.length > longest || !/^[\x20-\x7e]+$/.test(state) ? plain : `${plain} ${state}`
}

/** The headers that carry a context on; they are sent beside what is signed. */
export function contextHeaders(context: TraceContext | null | undefined): Record<string, string> {
  if (!context) return {}
  const end = context.indexOf(' ')
  return end < 0
    ? { traceparent: context }
    : { traceparent: context.slice(0, end), tracestate: context.slice(end + 1) }
}
