// Spans over OTLP/HTTP, through the OpenTelemetry SDK. Imported only when an endpoint is configured: without one the
// SDK is never loaded. Contexts are passed by hand, so nothing hooks into promises and nothing is global.
import { createTraceState, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Tracing } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import type { Span, TraceContext, Tracer } from '../core/trace.ts'

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const
// spans that wait to be sent; more are dropped, for a collector that is away must not fill the memory
const most = 8_192
const sendEvery = 1_000
// how long a stopping hub waits for the collector, ms
const farewell = 3_000

/** Opens a tracer that sends to `<endpoint>/v1/traces`. `instance` names this process. */
export function openTracer({ endpoint, service, ratio }: Tracing, instance: string, log: Log): Tracer {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const exporter = told(new OTLPTraceExporter({ url }), log)
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': instance }),
    // whoever began the trace decides whether it is recorded
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize: most, scheduledDelayMillis: sendEvery }),
    ],
  })
  const tracer = provider.getTracer('qiao')
  return {
    start: (kind, name, parent) => spanOf(tracer.startSpan(name, { kind: kinds[kind] }, under(parent))),
    close: async () => {
      const end = new Promise<void>((resolve) => setTimeout(resolve, farewell).unref())
      await Promise.race([provider.shutdown().catch(() => undefined), end])
    },
  }
}

type SdkSpan = ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>

function spanOf(span: SdkSpan): Span {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext()
  const plain = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  const state = traceState?.serialize() ?? ''
  return {
    context: state === '' ? plain : `${plain} ${state}`,
    end: (attributes, failed) => {
      span.setAttributes(attributes)
      if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failed })
      span.end()
    },
  }
}

/** The SDK's form of a context that readContext or a span gave. */
function under(context: TraceContext | null) {
  if (context === null) return ROOT_CONTEXT
  const [parent = '', state] = context.split(/ (.*)/s)
  const [, traceId = '', spanId = '', flags = '00'] = parent.split('-')
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(state ? { traceState: createTraceState(state) } : {}),
  })
}

/** Tells once when spans cannot be sent, and once when they can be again. */
function told(exporter: OTLPTraceExporter, log: Log): SpanExporter {
  let away = false
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.code !== 0
        if (failed !== away) {
          away = failed
          if (failed) log.warn('traces.failed', { error: String(result.error?.message).slice(0, 200) })
          else log.info('traces.again')
        }
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  }
}
