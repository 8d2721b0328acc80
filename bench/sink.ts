// The platform that everything is delivered to: a process that counts distinct records and answers {"code":"0"}.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveChannel } from './channel.ts'

export type SinkCommand = { do: 'open' } | { do: 'expect'; count: number; stall: number } | { do: 'wait' }

/** `lastAt` is on the machine's monotonic clock, ns, the same for all processes. */
export type SinkAnswer = {
  port: number
  /** distinct records since `expect` */
  records: number
  /** requests beyond one a record */
  repeats: number
  lastAt: bigint
  /** the first request since `expect`, to prove that both programs did the same work */
  sample: { headers: IncomingHttpHeaders; body: Buffer } | undefined
}

const reply = '{"code":"0","message":"success"}' // a text leaves in one write with its header
const seen = new Set<string>()
let repeats = 0
let expected = 0
let lastAt = 0n
let sample: SinkAnswer['sample']
let finished: (() => void) | undefined
let whenFinished: Promise<void> = Promise.resolve()

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    count(body, request.headers)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': reply.length }).end(reply)
  })
})
server.keepAliveTimeout = 60_000

function count(body: Buffer, headers: IncomingHttpHeaders): void {
  const id = recordId(body)
  if (seen.has(id)) {
    repeats++
    return
  }
  seen.add(id)
  sample ??= { headers, body }
  if (seen.size !== expected) return
  lastAt = process.hrtime.bigint()
  finished?.()
}

/** RecordId is the document's first field; looking there is cheaper than parsing what nobody needs here. */
function recordId(body: Buffer): string {
  const start = '{"RecordId":"'
  if (body.toString('latin1', 0, start.length) === start)
    return body.toString('latin1', start.length, start.length + 36)
  return String((JSON.parse(body.toString()) as { RecordId?: unknown }).RecordId)
}

/** Starts a count; `wait` then ends with the last record, or when none came for `stall` ms. */
function expectRecords(count: number, stall: number): void {
  seen.clear()
  repeats = 0
  expected = count
  lastAt = 0n
  sample = undefined
  whenFinished = new Promise((resolve) => {
    let before = 0
    const watch = setInterval(() => {
      if (seen.size === before) finished?.()
      before = seen.size
    }, stall)
    finished = () => {
      clearInterval(watch)
      resolve()
    }
  })
}

serveChannel<SinkCommand, SinkAnswer>(async (command) => {
  if (command.do === 'open') await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  if (command.do === 'expect') expectRecords(command.count, command.stall)
  if (command.do === 'wait') await whenFinished
  return { port: (server.address() as AddressInfo).port, records: seen.size, repeats, lastAt, sample }
})
