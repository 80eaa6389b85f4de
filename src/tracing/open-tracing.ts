import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span as ApiSpan } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { version } from '../../package.json'
import type { TracesConfig } from '../config'
import { DomainError } from '../errors'
import type { Attributes, Span, SpanOptions, TraceParent, Tracing } from './tracing'

/** Time that the last spans have to be sent when the gateway stops; it has nine seconds for everything. */
const FLUSH_MS = 1_500
/** A collector that takes longer is away: spans are lost, and nothing else. */
const EXPORT_MS = 5_000

/**
 * Spans by OpenTelemetry, sent over OTLP/HTTP. Loaded only where they are wanted: see gateway.ts. Nothing is registered
 * globally and nothing is instrumented by itself, so that there is no span but those that this program begins.
 */
export function openTracing({ endpoint, serviceName }: TracesConfig): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: EXPORT_MS })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  const tracer = provider.getTracer('daybook', version)
  const storage = new AsyncLocalStorage<TracedSpan>()

  // What a request has set off goes on in its context, rounds for ever: they are no part of it once it is over.
  const current = (): TracedSpan | null => {
    const span = storage.getStore()
    return span === undefined || span.isOver ? null : span
  }
  const contextOf = ({ server, callers = [] }: SpanOptions): Context => {
    if (server !== undefined) return server.traceparent === null ? ROOT_CONTEXT : contextBelow(server.traceparent)
    const [caller, ...others] = callers
    if (others.length > 0) return ROOT_CONTEXT
    const parent = (caller as TracedSpan | undefined) ?? current()
    return parent === null ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent.span)
  }
  const begin = (name: string, options: SpanOptions = {}): TracedSpan => {
    const { attributes, server, callers = [] } = options
    const links =
      callers.length > 1 ? callers.map((caller) => ({ context: (caller as TracedSpan).span.spanContext() })) : []
    const kind = server === undefined ? SpanKind.INTERNAL : SpanKind.SERVER
    return new TracedSpan(tracer.startSpan(name, { kind, attributes, links }, contextOf(options)))
  }
  return {
    begin,
    run: (span, work) => storage.run(span as TracedSpan, work),
    current,
    async within(name, options, work) {
      const span = begin(name, options)
      try {
        return await storage.run(span, work)
      } catch (error) {
        // Its message may hold what it was about.
        span.fail(error instanceof DomainError ? error.code : error instanceof Error ? error.name : 'Error')
        throw error
      } finally {
        span.end()
      }
    },
    close: async () => {
      const late = new AbortController()
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        delay(FLUSH_MS, undefined, { signal: late.signal }).catch(() => undefined),
      ])
      late.abort()
    },
  }
}

function contextBelow({ traceId, spanId, flags }: TraceParent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags & 1, isRemote: true })
}

class TracedSpan implements Span {
  private ended = false

  constructor(readonly span: ApiSpan) {}

  get isOver(): boolean {
    return this.ended
  }

  get traceId(): string {
    return this.span.spanContext().traceId
  }

  rename(name: string): void {
    this.span.updateName(name)
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes)
  }

  fail(why: string): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: why })
  }

  end(): void {
    if (!this.ended) this.span.end()
    this.ended = true
  }
}
