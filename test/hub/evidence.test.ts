// Proof as people get it: an operator exports over HTTP, somebody else checks with `qiao verify`, and changes a byte.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { verifyCommand } from '../../cli/verify/main.ts'
import type { Line } from '../../core/evidence/proof-line.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { listen } from '../listen.ts'
import { type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

const why = { by: '王值班', reason: '审计抽查' }

describe.each(pairs)('evidence over $name', (pair) => {
  let hub: Running
  let message: string
  let folder: string
  beforeAll(async () => {
    hub = await startRunning(pair)
    folder = hub.keys
    const posting = buildMessage('housing', 'acceptance', { caseNo: '510700-20260801-000001' })
    message = firstIn(await hub.post(signatories.housing, posting)).id
    await vi.waitFor(async () => {
      const { json } = await hub.ops('GET', `/messages/${message}`)
      const { deliveries } = json as { deliveries: { state: string }[] }
      expect(deliveries.every(({ state }) => state === 'delivered')).toBe(true)
    }, 20_000)
  })
  afterAll(() => hub?.close())
  // a machine that has no key of the hub
  beforeEach(() => void vi.stubEnv('QIAO_KEYS', join(folder, 'nowhere')))
  afterEach(() => void vi.unstubAllEnvs())

  const run = async (...args: string[]): Promise<{ code: number; said: string }> => {
    const { output, said } = listen()
    const code = await verifyCommand(args, output)
    return { code, said: said() }
  }
  const save = (name: string, text: string): string => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }

  test('a message is exported with everything that happened to it, and the export is audited', async () => {
    const { status, headers, text } = await hub.ops('POST', `/evidence/messages/${message}`, why)
    expect(status, text).toBe(200)
    expect(headers['content-type']).toContain('application/x-ndjson')
    const lines = text.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as Line)))
    expect(lines.flatMap((line) => ('attempt' in line ? line.attempt.step : [])).length).toBeGreaterThan(1)
    const file = save('message.proof', text)
    const pinned = await run(file, '--key', join(folder, 'hub.pub.pem'))
    expect(pinned).toMatchObject({ code: 0, said: expect.stringContaining('everything fits') })
    const alone = await run(file)
    expect(alone).toMatchObject({
      code: 0,
      said: expect.stringContaining('the key is the one the files name'),
    })
    const again = await hub.ops('POST', `/evidence/messages/${message}`, why)
    expect(again.text).toContain('"action":"export"')
    expect(again.text).toContain(why.reason)
  })

  test('one changed byte is found, and told where', async () => {
    const bytes = readFileSync(join(folder, 'message.proof'), 'utf8')
    const file = save('changed.proof', bytes.replace('"outcome":"delivered"', '"outcome":"duplicate"'))
    const { code, said } = await run(file, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(said)).toMatchObject({
      ok: false,
      files: [
        { message, faults: expect.arrayContaining([expect.objectContaining({ line: expect.any(Number) })]) },
      ],
    })
  })

  test('without content nobody is named', async () => {
    const wish = { ...why, content: false }
    const { text } = await hub.ops('POST', `/evidence/messages/${message}`, wish)
    expect(text).toContain('"payload":null')
    expect(text).toContain('"canonical":null')
    expect((await run(save('digests.proof', text))).code).toBe(0)
  })

  test('a day that is not closed, a message that is none, nobody who asks', async () => {
    const day = '/evidence/days/2031-01-01'
    expect(await hub.ops('POST', day, why)).toMatchObject({ status: 409, json: { code: 'evidence.open' } })
    expect(await hub.ops('POST', '/evidence/days/x', why)).toMatchObject({ status: 409 })
    expect(await hub.ops('POST', '/evidence/messages/x', why)).toMatchObject({ status: 404 })
    expect(await hub.ops('POST', `/evidence/messages/${message}`, {})).toMatchObject({
      json: { code: 'ops.reason' },
    })
    expect(await hub.ops('POST', `/evidence/messages/${message}`, why, null)).toMatchObject({ status: 401 })
  })

  test('what is no proof file is said so', async () => {
    await expect(run(save('x.json', '{"a":1}'), '--key', join(folder, 'hub.pub.pem'))).rejects.toThrow(
      'neither a receipt nor a proof file',
    )
    expect((await run()).code).toBe(2)
  })
})
