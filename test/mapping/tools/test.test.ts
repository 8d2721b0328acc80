// qiao mapping test: the cases of a folder, what failed with its differences, and the watch.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { testCommand } from '../../../cli/mapping/test.ts'
import { listen } from '../../listen.ts'
import { city } from './files.ts'
import { folderOf, tool, toolJson, writeInto } from './tool.ts'

const cases = city['dept/order.cases.yaml'] ?? ''
const wrong = {
  ...city,
  'dept/order.cases.yaml': cases.replace('phones: ["1", "2"]', 'phones: ["1", "3"], big: 大单'),
}

describe('the cases', () => {
  test('that pass are counted', async () => {
    const folder = folderOf(city)
    expect(await tool('test', '--mappings', folder)).toEqual({
      code: 0,
      written: '✓ 2 passed, 0 failed / 通过 2，失败 0\n',
      told: '',
    })
    const { document } = await toolJson('test', '--mappings', folder)
    expect(document).toMatchObject({
      ok: true,
      passed: 2,
      failed: 0,
      results: [
        { of: 'dept/order', case: 'a small order', file: 'dept/order.cases.yaml', line: 1, ok: true },
        { of: 'dept/order', case: 'without a person', line: 4, ok: true },
      ],
    })
  })

  test('that fail show every place that differs, by both languages', async () => {
    const folder = folderOf(wrong)
    const { code, written } = await tool('test', '--mappings', folder)
    expect(code).toBe(1)
    expect(written).toBe(`✗ dept/order.cases.yaml:1: dept/order: a small order
    phones[1]
      expected 应为 "3"
      got      实为 "2"
    big
      expected 应为 "大单"
      got      实为 —
✗ 1 passed, 1 failed / 通过 1，失败 1
`)
    const { document } = await toolJson('test', '--mappings', folder)
    expect((document as { results: unknown[] }).results[0]).toMatchObject({
      ok: false,
      differences: [
        { path: 'phones[1]', expected: '3', got: '2' },
        { path: 'big', expected: '大单' },
      ],
    })
  })

  test('that are refused, or not refused as they say, show the issues', async () => {
    const text = `- case: refused
  given: { orderNo: A1, person: { name: 张三, sex: X } }
  expect: { orderNo: A1 }
- case: another error
  given: { orderNo: A1 }
  error: { path: person.name, rule: length }
- case: no error
  given: { orderNo: A1, person: { name: 张三 } }
  error: { path: person.name }
- case: a member no table tells of
  given: { orderNo: A1, person: { name: 张三, age: 3 } }
  expect: { orderNo: A1, who: 张三, call: 张三 }
`
    const { code, written } = await tool(
      'test',
      '--mappings',
      folderOf({ ...city, 'dept/order.cases.yaml': text }),
    )
    expect(code).toBe(1)
    expect(written).toMatch(/refused 被拒绝: message\.invalid\n {4}person\.sex: \[code\] .+ \/ .+/)
    expect(written).toContain(
      'expected 应为 {"path":"person.name","rule":"length"}\n    refused 被拒绝: message.invalid\n    person.name: [required]',
    )
    expect(written).toContain('expected an error, but it was accepted / 应被拒绝，却被接受')
    expect(written).toContain(
      'given is no valid dept/order)\n    person.age: [undeclared] is not in the field table / 不在字段表中',
    )
    expect(written).toContain('✗ 0 passed, 4 failed')
  })

  test('of names and folders; shipped recipes are cases too', async () => {
    const counts = async (...words: string[]): Promise<unknown> => {
      const { document } = await toolJson('test', ...words, '--mappings', 'mappings')
      const { results } = document as { results: { of: string }[] }
      return [...new Set(results.map(({ of }) => of))]
    }
    expect(await counts('signing/x-tif', 'housing/completion')).toEqual([
      'housing/completion',
      'signing/x-tif',
    ])
    const folder = (await counts('elicence/')) as string[]
    expect(folder.length).toBeGreaterThan(1)
    expect(folder.every((name) => name.startsWith('elicence/'))).toBe(true)
    const unknown = await tool('test', 'housing/complete', '--mappings', 'mappings')
    expect(unknown).toMatchObject({ code: 2, written: '' })
    expect(unknown.told).toContain('did you mean "housing/completion"?')
  })
})

describe('the watch', () => {
  /** Starts a watch with `--json`; `next` waits for the line of the next round. */
  function watch(folder: string) {
    const { output, written, told } = listen()
    const end = new AbortController()
    const done = testCommand(['--watch', '--json', '--mappings', folder], output, end.signal)
    let seen = 0
    const next = async (): Promise<Record<string, unknown>> => {
      for (let wait = 0; wait < 200; wait++, await sleep(50)) {
        const lines = written().split('\n').slice(0, -1)
        if (lines.length > seen) return JSON.parse(lines[seen++] ?? '')
      }
      throw new Error('no further round')
    }
    const stop = (): Promise<number> => {
      end.abort()
      return done
    }
    return { next, told, stop }
  }

  test('runs what a change touches and tells the whole state, a line a round', {
    timeout: 30_000,
  }, async () => {
    const folder = folderOf(city)
    const { next, told, stop } = watch(folder)
    expect(await next()).toMatchObject({ ok: true, passed: 2, failed: 0 })
    writeInto(folder, { 'dept/order.cases.yaml': wrong['dept/order.cases.yaml'] })
    expect(await next()).toMatchObject({ ok: false, passed: 1, failed: 1 })
    expect(told()).toContain('↻ dept/order.cases.yaml')
    // a change elsewhere: what failed is still told
    writeInto(folder, { 'plat/rows.yaml': `# a remark\n${city['plat/rows.yaml']}` })
    expect(await next()).toMatchObject({ ok: false, passed: 1, failed: 1 })
    writeInto(folder, { 'dept/order.yaml': 'from: [' })
    expect(await next()).toMatchObject({ ok: false, problems: [{ file: 'dept/order.yaml' }] })
    writeInto(folder, city)
    expect(await next()).toMatchObject({ ok: true, passed: 2, failed: 0 })
    expect(await stop()).toBe(0)
  })

  test('ends with 1 while a case fails or the files do not load', { timeout: 30_000 }, async () => {
    const failing = watch(folderOf(wrong))
    await failing.next()
    expect(await failing.stop()).toBe(1)
    const broken = watch(folderOf({ ...city, 'dept/order.yaml': 'from: [' }))
    expect(await broken.next()).toMatchObject({ ok: false, errors: expect.any(Number) })
    expect(await broken.stop()).toBe(1)
  })
})
