// The shadow benchmark's own honesty: a difference that is missed, or made up, is told.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createExpectation } from '../../bench/shadow/count.ts'
import { edit } from '../../bench/shadow/edits.ts'
import type { ShadowReport } from '../../core/flow/shadow.ts'
import { buildMessage } from '../../sandbox/department/message.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

function reportOf(mapping: string, field: string, count: number): ShadowReport {
  const row = { mapping, direction: 'delivery' as const, documents: count, different: count, unchanged: 0 }
  const fields = [{ field, kind: 'changed' as const, count, share: 1, samples: [] }]
  return {
    complete: true,
    messages: 1,
    deliveries: count,
    seconds: 1,
    different: count,
    mappings: [{ ...row, fields }],
    notes: { waiting: 0, unreproduced: 0, unknown: 0, lost: 0 },
  }
}

test('what was planted and not found, and what was found and not planted, is wrong', () => {
  const expectation = createExpectation()
  expectation.note(buildMessage('housing', 'material', { seed: '3' }), false)
  const wrong = (report: ShadowReport): string[] =>
    expectation.judge(report).flatMap(({ wrong: lines }) => lines)
  expect(wrong(reportOf('province/material', 'GetNum', 2))).toEqual([])
  expect(wrong(reportOf('province/material', 'GetNum', 1))).toEqual([
    'province/material GetNum changed : 2 planted, 1 found',
  ])
  expect(wrong(reportOf('province/accept', 'Remark', 2))).toEqual([
    'province/material GetNum changed : 2 planted, 0 found',
    'province/accept Remark changed : 0 planted, 2 found',
  ])
})

test('a plant must find its place', () => {
  const one = { file: 'a.yaml', from: 'x: y', to: 'x: z' }
  expect(edit({ 'a.yaml': 'x: y\n' }, [one])).toEqual({ 'a.yaml': 'x: z\n' })
  expect(() => edit({ 'a.yaml': 'x: w\n' }, [one])).toThrow('a.yaml has no "x: y" to plant at')
})

test('one small run end to end prints one line', { timeout: 120_000 }, async () => {
  const args = ['--import', 'tsx', 'bench/main.ts', 'shadow', '--json', '--messages', '300']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository })
  const figures = JSON.parse(stdout)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(figures).toMatchObject({ name: 'shadow', wrong: [], personal: 0 })
  expect(figures.messages).toBeGreaterThanOrEqual(300)
  expect(figures.found).toBe(figures.planted)
  expect(figures.planted).toBeGreaterThan(100)
  expect(Object.keys(figures.memory.live)).toEqual(['10%', '50%', '100%'])
})
