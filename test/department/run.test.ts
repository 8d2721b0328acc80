// The generator against a small hub that fails on purpose: nothing lost, order kept, same bytes, new nonces.
import { afterEach, describe, expect, test } from 'vitest'
import { run } from '../../sandbox/department/run.ts'
import { type Fault, makeKeys, type Seen, startHub, textOf } from './hub.ts'

const keys = makeKeys()
const options = { keys, cases: 18, seed: '7', run: 'test', concurrency: 8, deadline: 20, faults: false }
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
async function hub(fault: (n: number, seen: Seen) => Fault = () => undefined) {
  const started = await startHub(keys, fault)
  closers.push(started.close)
  return started
}

describe('run', () => {
  test('all three departments sign rightly, and every record is answered', async () => {
    const { url, seen } = await hub()
    const summary = await run({ ...options, hub: url })
    expect(summary.problems).toEqual([])
    expect(seen.every((one) => one.signed)).toBe(true)
    expect(summary.sent['case.accepted']).toBe(options.cases)
    expect(summary.sent['case.completed']).toBe(options.cases)
    expect(summary.receipts).toBe(summary.messages)
    expect(Object.values(summary.sent).reduce((a, b) => a + b, 0)).toBe(summary.messages)
    expect(summary.duplicates).toBeGreaterThan(0)
    expect(summary.verified).toBeGreaterThan(0)
  })

  test('works out what must arrive where', async () => {
    const { url, seen } = await hub()
    const { sent, expected } = await run({ ...options, hub: url })
    const bodies = [...new Set(seen.map((one) => `${one.path}\n${textOf(one)}`))]
    const licences = bodies.join('\n').match(/"sealCode":|<yzbm>|"SEAL_CODE":/g)?.length
    const record = (name: string) => sent[name] ?? 0
    expect(expected).toEqual({
      province: ['case.accepted', 'case.process', 'case.special', 'case.material', 'case.completed']
        .map(record)
        .reduce((a, b) => a + b, 0),
      elicence: licences,
      eseal: licences,
      supervision: record('inspection.done'),
      review: 2 * options.cases + record('review.submitted'),
    })
  })

  test('survives a hub that drops, breaks and is busy: same bytes, new nonces, order kept', async () => {
    const faults: Fault[] = ['drop', undefined, 'busy', undefined, 'broken', undefined, undefined]
    const { url, seen } = await hub((n) => faults[n % faults.length])
    const summary = await run({ ...options, hub: url })
    expect(summary.problems).toEqual([])
    expect(summary.refused).toBe(0)
    expect(summary.retries).toBeGreaterThan(20)
    expect(Object.keys(summary.reasons).sort()).toEqual(['UND_ERR_SOCKET', 'status 500', 'status 503'])
    expect(new Set(seen.map((one) => one.nonce)).size).toBe(seen.length)
    const calm = await run({ ...options, hub: (await hub()).url })
    expect(summary.sent).toEqual(calm.sent)
    expect(summary.expected).toEqual(calm.expected)
    // a completion is never seen before the acceptance of its case
    const texts = seen.map((one) => ({ path: one.path, text: textOf(one) }))
    const first = (kind: string, no: string) =>
      texts.findIndex((one) => one.path.endsWith(kind) && one.text.includes(no))
    const numbers = new Set(
      texts.flatMap((one) =>
        one.path.endsWith('/acceptance') ? (one.text.match(/5107\d\d-\d{8}-\d{6}/g) ?? []) : [],
      ),
    )
    expect(numbers.size).toBe(options.cases)
    for (const no of numbers) expect(first('/acceptance', no)).toBeLessThan(first('/completion', no))
  })

  test('a receipt that changes at the second sending is noticed', async () => {
    let shift = 0
    const { url } = await hub()
    const original = globalThis.fetch
    globalThis.fetch = async (...args) => {
      const response = await original(...args)
      const text = await response.text()
      return new Response(text.replace(/"acceptedAt":"/g, `"acceptedAt":"${shift++}`), {
        status: response.status,
      })
    }
    try {
      const summary = await run({ ...options, hub: url })
      expect(summary.problems.some((text) => text.includes('not the same receipt'))).toBe(true)
      expect(summary.problems.some((text) => text.includes('does not reach the root'))).toBe(true)
      expect(summary.duplicates).toBe(0)
    } finally {
      globalThis.fetch = original
    }
  })

  test('damaged messages are counted when they are refused, and called a problem when they are not', async () => {
    const { url } = await hub()
    const summary = await run({ ...options, hub: url, faults: true, cases: 30 })
    expect(summary.faults.sent).toBeGreaterThan(summary.faults.refused)
    expect(summary.faults.refused).toBeGreaterThan(0)
    // this little hub knows masked values only, so wrong check digits slip through: the generator must say so
    expect(summary.problems.length).toBe(summary.faults.sent - summary.faults.refused)
    for (const problem of summary.problems) expect(problem).toContain('a bad message was answered 202')
  })

  test('gives up with a problem when there is no hub for the whole deadline', async () => {
    const { url, close } = await startHub(keys, () => undefined)
    await close()
    const summary = await run({ ...options, hub: url, deadline: 1, cases: 3 })
    expect(summary.messages).toBe(0)
    expect(summary.problems.join()).toContain('no answer in 1 s')
  })

  test('keeps to its rate', async () => {
    const { url, seen } = await hub()
    const started = Date.now()
    await run({ ...options, hub: url, cases: 3, rate: 40 })
    expect((Date.now() - started) / 1000).toBeGreaterThan((seen.length - 1) / 40)
  })
})
