// The province's puller against a hub of a few lines.

import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { compareCursors } from '../../sandbox/feed.ts'
import { post, useSandbox } from './client.ts'

const context = useSandbox()
const book = () => context.sandbox.received().systems.province ?? expect.fail('no province')
type Record = { cursor: string; type: string; key: string; data: object }
const record = (cursor: string): Record => ({
  cursor,
  type: 'case.accepted',
  key: `case-${cursor}`,
  data: { a: 1 },
})

/** A hub that serves `pages` one by one and checks the signature of each call. */
async function hubOf(pages: ({ records: Record[]; next: string; more: boolean } | 'down')[]) {
  const calls: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const { headers } = request
      const text = [
        request.method,
        request.url,
        headers['x-qiao-timestamp'],
        headers['x-qiao-nonce'],
        createHash('sha256').update(body).digest('hex'),
      ].join('\n')
      const signature = createHmac('sha256', context.send.secrets.province).update(text).digest('base64')
      const right = headers['x-qiao-signature'] === signature && headers['x-qiao-key'] === 'province'
      calls.push(`${right ? '' : 'unsigned '}${request.method} ${request.url} ${body}`.trim())
      const page = request.method === 'POST' ? {} : (pages.shift() ?? { records: [], next: '', more: false })
      response.statusCode = page === 'down' ? 503 : 200
      response.end(JSON.stringify(page))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await post(`${context.sandbox.url}/control/hub`, JSON.stringify({ url }))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { calls, close }
}

test('pulls page by page with signed requests, acknowledges, survives a hub that is down, keeps its cursor', async () => {
  const hub = await hubOf([
    { records: [record('9'), record('10')], next: '10', more: true },
    'down',
    { records: [record('11')], next: '11', more: false },
  ])
  await vi.waitFor(() => expect(book().pulled).toBe(3), 5000)
  await vi.waitFor(() => expect(hub.calls.length).toBeGreaterThan(5), 5000)
  expect(hub.calls.slice(0, 6)).toEqual([
    'GET /v1/feeds/province-cases?limit=100',
    'POST /v1/feeds/province-cases/ack {"cursor":"10"}',
    'GET /v1/feeds/province-cases?after=10&limit=100',
    'GET /v1/feeds/province-cases?after=10&limit=100',
    'POST /v1/feeds/province-cases/ack {"cursor":"11"}',
    'GET /v1/feeds/province-cases?after=11&limit=100',
  ])
  expect(book().violations).toEqual([])
  hub.close()
})

test('notes cursors that come twice or go back, and does not count the former', async () => {
  const { pulled } = book()
  const hub = await hubOf([{ records: [record('12'), record('12'), record('8')], next: '13', more: false }])
  await vi.waitFor(() => expect(book().violations).toHaveLength(2), 5000)
  expect(book().pulled).toBe(pulled + 2)
  expect(book().violations).toEqual([expect.stringContaining('12'), expect.stringContaining('8')])
  hub.close()
})

test.each([
  ['9', '10', -1],
  ['10', '9', 1],
  ['7.12', '7.12', 0],
  ['7.9', '7.12', -1],
  ['7', '7.1', -1],
  ['a2', 'a10', -1],
])('compares cursors by their numbers: %s and %s', (left, right, order) => {
  expect(compareCursors(left, right)).toBe(order)
})

test('refuses a hub address that is none', async () => {
  expect(await post(`${context.sandbox.url}/control/hub`, '{"url":"hub"}')).toMatchObject({ status: 400 })
})
