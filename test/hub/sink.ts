// A platform of the simplest kind, which a test adds to a running hub: it writes down what comes, and can be down.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the platform was sent. */
export type Note = { no: string; type: string; mark: string }

export type Sink = {
  url: string
  /** everything it took, in order of arrival */
  notes: Note[]
  /** where each request stood in a trace, those too that it did not take */
  traces: { traceparent: string | undefined; tracestate: string | undefined }[]
  /** keys of which it had two requests at once */
  overlaps: string[]
  /** how many requests it had at once, at most, since this was last asked */
  widest(): number
  /** answers 503 and takes nothing while it is down */
  down(is: boolean): void
  close(): Promise<void>
}

const busyFor = 15

/** Starts one on 127.0.0.1. */
export async function startSink(): Promise<Sink> {
  const notes: Note[] = []
  const traces: Sink['traces'] = []
  const overlaps: string[] = []
  const open = new Set<string>()
  let isDown = false
  let most = 0
  const server = createServer(async (request, response) => {
    const { traceparent, tracestate } = request.headers
    traces.push({ traceparent: one(traceparent), tracestate: one(tracestate) })
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const note = JSON.parse(Buffer.concat(parts).toString('utf8')) as Note
    if (open.has(note.no)) overlaps.push(note.no)
    open.add(note.no)
    most = Math.max(most, open.size)
    await new Promise((resolve) => setTimeout(resolve, busyFor))
    open.delete(note.no)
    if (!isDown) notes.push(note)
    response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    notes,
    traces,
    overlaps,
    widest: () => {
      const answer = most
      most = 0
      return answer
    },
    down: (is) => {
      isDown = is
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const one = (header: string | string[] | undefined): string | undefined => header?.toString()

/** Its files. `mark` is a constant of the mapping, so that a note tells which version of it was used. */
export function sinkFiles(url: string, mark: string, lanes = 4, inFlight = 16): Record<string, string> {
  return {
    'systems/sink.yaml': `kind: sink
title: 记录平台 / sink
url: ${url}
operations: { note: { takes: sink/note, path: /note, repeat: safe } }
lanes: ${lanes}
inFlight: ${inFlight}
timeout: 5s
retry: { first: 100ms, factor: 1, max: 100ms }
breaker: { failures: 1000000, pause: 1s }
replies:
  - { when: { status: 200, body.ok: true }, outcome: delivered }
`,
    'schemas/sink/note.yaml': `title: 记录 / note
fields:
  - { name: no, zh: 办件编号, type: s100, req: Y }
  - { name: type, zh: 类型, type: s50, req: Y }
  - { name: mark, zh: 标记, type: s50, req: Y }
`,
    'sink/note.yaml': `from: [case.accepted, case.process, case.material]
to: sink/note
format: json
fields:
  no: caseNo
  type: { meta: type }
  mark: { const: ${mark} }
`,
  }
}

/** The step of a flow that sends to it. */
export const sinkStep = '  - { step: sink, system: sink, operation: note, mapping: sink/note }\n'
