// The reference: the same work as the hub in a straight line, without any of its features (no authentication,
// validation, order, retry, receipts or evidence). It marks what the machine could do.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startDelivery } from './deliver.ts'
import { createInserter } from './inserts.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'
import { type Algorithm, createSigner } from './sign.ts'
import { schema } from './table.ts'

/** What bench/reference.ts passes as the one argument, in JSON. */
export type ReferenceOptions = {
  /** PostgreSQL when given, else PGlite in `folder` */
  databaseUrl?: string
  folder: string
  sinkUrl: string
  algorithm: Algorithm
  appId: string
  key: string
}

const options = JSON.parse(process.argv[2] ?? '{}') as ReferenceOptions
const store = options.databaseUrl
  ? await openPostgres(options.databaseUrl, 4)
  : await openPglite(options.folder)
await store.query('', schema, [])
const sign = createSigner(options.algorithm, options.appId, options.key)
const delivery = startDelivery(store.query, sign, options.sinkUrl, 2)
const insert = createInserter(store.query, 2, delivery.wake)

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    try {
      const body = Buffer.concat(chunks).toString()
      const { recordId } = JSON.parse(body) as { recordId: string }
      const id = randomUUID()
      await insert({ id, key: recordId, body })
      const text = `{"id":"${id}"}`
      // with its length, header and body leave in one write
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
