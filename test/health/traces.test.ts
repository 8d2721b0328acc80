// One trace from the caller through intake and every attempt to the platform, also when the process is another one.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createLink, type Tools } from '../../core/flow/exchange.ts'
import { compileSystem } from '../../core/flow/system.ts'
import { contextHeaders, readContext } from '../../core/trace.ts'
import { createHttp } from '../../core/transport/http.ts'
import { readYaml } from '../../core/yaml.ts'
import { start } from '../../main.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { type Answer, send, signedHeaders } from '../hub/client.ts'
import { mappings, type Running, signatories, startRunning } from '../hub/running.ts'
import { type Sink, sinkFiles, sinkStep, startSink } from '../hub/sink.ts'
import { pairs } from '../hub/stores.ts'
import { type Collector, type Span, startCollector } from './collector.ts'

const caller = '4bf92f3577b34da6a3ce929d0e0e4736'
const calling = '00f067aa0ba902b7'
const soon = { timeout: 15_000, interval: 50 }

/** The shipped files, with a sink that every accepted case is noted in. */
function filesWith(sink: Sink): string {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-traces-'))
  cpSync(mappings, folder, { recursive: true })
  for (const [file, text] of Object.entries(sinkFiles(sink.url, 'A'))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const flow = join(folder, 'flows/case.accepted.yaml')
  writeFileSync(flow, `${readFileSync(flow, 'utf8').trimEnd()}\n${sinkStep}`)
  return folder
}

/** Posts an accepted case under a place in a trace. */
function post(hub: Running, caseNo: string, trace: Record<string, string>): Promise<Answer> {
  const { path, contentType = '', body } = buildMessage('housing', 'acceptance', { caseNo })
  const headers = signedHeaders(hub.keys, signatories.housing, { method: 'POST', path, body })
  return send(hub.agent, hub.url + path, 'POST', { ...headers, 'content-type': contentType, ...trace }, body)
}

const loaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((file) =>
    file.includes('/@opentelemetry/sdk-trace/'),
  )

describe.each(pairs)('traces over $name', (pair) => {
  let sink: Sink
  let collector: Collector
  let hub: Running
  let folder: string
  beforeAll(async () => {
    sink = await startSink()
    collector = await startCollector()
    folder = filesWith(sink)
    const tracing = { endpoint: collector.url, service: 'qiao-test', ratio: 1 }
    hub = await startRunning(pair, { mappings: folder, config: { tracing } })
  })
  afterAll(async () => {
    await hub?.close()
    await sink?.close()
    await collector?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const spansOf = (trace: string): Span[] => collector.spans.filter(({ traceId }) => traceId === trace)
  const noted = (caseNo: string): Promise<void> =>
    vi.waitFor(() => expect(sink.notes.some(({ no }) => no === caseNo)).toBe(true), soon)

  test('the trace of a caller goes through intake and attempt to the platform', async () => {
    const caseNo = '510700-20260701-000001'
    const traceparent = `00-${caller}-${calling}-01`
    const answer = await post(hub, caseNo, { traceparent, tracestate: 'city=1' })
    expect(answer.status).toBe(202)
    await noted(caseNo)
    await vi.waitFor(() => expect(spansOf(caller).length).toBeGreaterThanOrEqual(5), soon)
    const [intake] = spansOf(caller).filter(({ kind }) => kind === 2)
    expect(intake).toMatchObject({
      parentSpanId: calling,
      service: 'qiao-test',
      failed: false,
      attributes: {
        'qiao.source': 'housing',
        'qiao.type': 'case.accepted',
        'http.response.status_code': 202,
      },
    })
    const attempts = spansOf(caller).filter(({ kind }) => kind === 3)
    expect(new Set(attempts.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([intake?.spanId]))
    const systems = attempts.map(({ attributes }) => attributes['qiao.system'])
    expect(systems.sort()).toEqual(['province', 'province-feed', 'review', 'sink'])
    const noting = attempts.find(({ name }) => name === 'sink note')
    expect(noting?.attributes).toMatchObject({
      'qiao.operation': 'note',
      'qiao.outcome': 'delivered',
      'qiao.attempt': 1,
      'http.response.status_code': 200,
    })
    expect(sink.traces).toEqual([{ traceparent: `00-${caller}-${noting?.spanId}-01`, tracestate: 'city=1' }])
    expect(JSON.stringify(collector.spans)).not.toContain(caseNo)
  })

  test('a post without a context begins a trace; what is refused is told', async () => {
    const caseNo = '510700-20260701-000002'
    await post(hub, caseNo, { traceparent: '00-not-a-context-01' })
    await noted(caseNo)
    const refused = buildMessage('housing', 'acceptance', { caseNo })
    await hub.post(signatories.housing, { ...refused, body: Buffer.from('{"application":{}}') })
    await vi.waitFor(() => {
      const roots = collector.spans.filter(({ kind, parentSpanId }) => kind === 2 && parentSpanId === '')
      expect(roots.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([202, 422])
      const own = spansOf(roots[0]?.traceId ?? '')
      expect(own.filter(({ name }) => name === 'sink note')).toHaveLength(1)
    }, soon)
  })

  test('a caller that does not record is not recorded, and its place goes on all the same', async () => {
    const caseNo = '510700-20260701-000003'
    const other = caller.replace('4b', '5c')
    const before = sink.traces.length
    await post(hub, caseNo, { traceparent: `00-${other}-${calling}-00` })
    await noted(caseNo)
    expect(sink.traces[before]?.traceparent).toMatch(
      new RegExp(`^00-${other}-(?!${calling})[0-9a-f]{16}-00$`),
    )
    expect(spansOf(other)).toEqual([])
  })

  test('after a restart the attempts of another process go on in the same trace', async () => {
    const caseNo = '510700-20260701-000004'
    const third = caller.replace('4b', '6d')
    sink.down(true)
    await post(hub, caseNo, { traceparent: `00-${third}-${calling}-01` })
    await vi.waitFor(() => expect(sink.traces.at(-1)?.traceparent).toContain(third), soon)
    await hub.stop()
    const [intake] = spansOf(third).filter(({ kind }) => kind === 2)
    expect(intake?.parentSpanId).toBe(calling)
    const failed = spansOf(third).filter(({ name }) => name === 'sink note')
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.every((span) => span.failed)).toBe(true)
    sink.down(false)
    const quiet = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const again = await start(hub.config)
    await noted(caseNo)
    await again.close()
    quiet.mockRestore()
    const attempts = spansOf(third).filter(({ name }) => name === 'sink note')
    expect(new Set(attempts.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([intake?.spanId]))
    const last = attempts.find((span) => !span.failed)
    expect(last?.attributes['qiao.attempt']).toBeGreaterThan(1)
    expect(sink.traces.at(-1)?.traceparent).toBe(`00-${third}-${last?.spanId}-01`)
  })
})

describe('without a collector', () => {
  test('the SDK is not loaded, and the place of the caller is kept and sent on as it is', async () => {
    // what the tests above loaded stays loaded: this one holds in a process of its own
    const program = `import('./parts.ts').then(() => {
      const files = Object.keys(require('node:module')._cache)
      console.log(files.some((f) => f.includes('/prom-client/')), files.some((f) => f.includes('/@opentelemetry/sdk-trace/')))
    })`
    const child = spawnSync(process.execPath, ['--import', 'tsx', '-e', program], { encoding: 'utf8' })
    expect(child.stdout.trim()).toBe('true false')
    expect(loaded()).toBe(true)

    const sink = await startSink()
    const folder = filesWith(sink)
    const pair = pairs.at(-1)
    if (!pair) throw new Error('no stores')
    const hub = await startRunning(pair, { mappings: folder })
    const traceparent = `00-${caller}-${calling}-01`
    await post(hub, '510700-20260701-000005', { traceparent, tracestate: 'a=b,c=d' })
    await post(hub, '510700-20260701-000006', {})
    await vi.waitFor(() => expect(sink.notes).toHaveLength(2), soon)
    expect(sink.traces).toEqual(
      expect.arrayContaining([
        { traceparent, tracestate: 'a=b,c=d' },
        { traceparent: undefined, tracestate: undefined },
      ]),
    )
    await hub.stop()
    const kept = await hub.look((query) =>
      query<{ trace: string | null }>('SELECT trace FROM message ORDER BY trace'),
    )
    expect(kept).toEqual([{ trace: `${traceparent} a=b,c=d` }, { trace: null }])
    await hub.close()
    await sink.close()
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('a place in a trace', () => {
  const plain = `00-${caller}-${calling}-01`

  test.each([
    ['as it is', { traceparent: plain }, plain],
    ['of a later version', { traceparent: `cc-${caller}-${calling}-01-what-comes` }, plain],
    ['with a state', { traceparent: plain, tracestate: 'a=1,b=2' }, `${plain} a=1,b=2`],
    ['with a state that is too long', { traceparent: plain, tracestate: `a=${'x'.repeat(600)}` }, plain],
    ['with a state that is no header', { traceparent: plain, tracestate: 'a=\u0001' }, plain],
    ['none', {}, null],
    ['in capitals', { traceparent: plain.toUpperCase() }, null],
    ['of no trace', { traceparent: `00-${'0'.repeat(32)}-${calling}-01` }, null],
    ['of no span', { traceparent: `00-${caller}-${'0'.repeat(16)}-01` }, null],
    ['of the forbidden version', { traceparent: `ff-${caller}-${calling}-01` }, null],
    ['too long for its version', { traceparent: `${plain}-more` }, null],
  ])('%s', (_, headers, expected) => {
    expect(readContext(headers)).toBe(expected)
    if (expected !== null) expect(readContext(contextHeaders(expected))).toBe(expected)
  })

  test('is kept from a system whose file says so', async () => {
    const sink = await startSink()
    const http = createHttp()
    const sent = async (trace: boolean) => {
      const text = `kind: x\ntitle: t\nurl: ${sink.url}\ntrace: ${trace}\noperations: { note: { path: /x } }\n`
      const system = compileSystem(readYaml('systems/x.yaml', text), { systems: {} })
      const link = createLink(system, new Map(), { http } as Tools)
      const document = { value: {}, content: Buffer.from('{}'), contentType: 'application/json' }
      await link.exchange('note', { ...document, trace: plain }, () => true)
      return sink.traces.at(-1)?.traceparent
    }
    expect([await sent(true), await sent(false)]).toEqual([plain, undefined])
    await http.close()
    await sink.close()
  })
})
