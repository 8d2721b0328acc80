// The benchmarks of mappings and of streams do their work: what they compare gives the same, and they print their figures.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { figuresOf } from '../../bench/stream/main.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

async function bench(...args: string[]): Promise<Record<string, unknown>> {
  const words = ['--import', 'tsx', 'bench/main.ts', ...args, '--rounds', '1', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: repository })
  return JSON.parse(stdout) as Record<string, unknown>
}

test('a run of the mapping benchmark prints every figure', { timeout: 120_000 }, async () => {
  const { name, unit, ...figures } = await bench('mapping')
  expect([name, unit]).toEqual(['mapping', 'ns/message'])
  expect(Object.keys(figures)).toHaveLength(11)
  for (const value of Object.values(figures)) expect(value).toBeGreaterThan(0)
})

test('a run of the stream benchmark reads every record with both readers', { timeout: 120_000 }, async () => {
  const { name, unit, megabytes, records, ...figures } = await bench('stream', '--megabytes', '1')
  expect([name, unit, megabytes, records]).toEqual(['stream', 'records/s', 1, 2_000])
  expect(Object.keys(figures)).toEqual(['hub', 'xml2js', 'hubOverXml2js', 'hubGrowth', 'xml2jsGrowth'])
  for (const value of Object.values(figures)) expect(value).toBeGreaterThanOrEqual(0)
})

test('rates are medians, memory is the most of any round', () => {
  const answer = (seconds: number, growth: number) => ({ records: 100, seconds, growth, hash: undefined })
  const hub = [answer(1, 10), answer(2, 30), answer(4, 20)]
  const xml2js = [answer(10, 5), answer(10, 5), answer(10, 6)]
  expect(figuresOf(1, 100, { hub, xml2js })).toEqual({
    name: 'stream',
    unit: 'records/s',
    megabytes: 1,
    records: 100,
    hub: 50,
    xml2js: 10,
    hubOverXml2js: 5,
    hubGrowth: 30,
    xml2jsGrowth: 6,
  })
})

test('a run of the backlog benchmark measures both ledgers, and the backlog is whole at its end', {
  timeout: 120_000,
}, async () => {
  const { name, waiting, ...figures } = await bench('backlog', '--waiting', '500', '--messages', '200')
  expect([name, waiting]).toEqual(['backlog', 500])
  expect(Object.keys(figures)).toEqual(['empty', 'full', 'fullOverEmpty', 'emptyMemory', 'fullMemory'])
  for (const value of Object.values(figures)) expect(value).toBeGreaterThan(0)
})

test('a run of the backlog benchmark with blocked keys measures three ledgers and finds every key in the list', {
  timeout: 120_000,
}, async () => {
  const { name, blocked, pages, ...figures } = await bench('backlog', '--blocked', '600', '--messages', '200')
  expect([name, blocked]).toEqual(['blocked', 600])
  expect(Object.keys(figures)).toEqual([
    'empty',
    'same',
    'other',
    'sameOverEmpty',
    'otherOverEmpty',
    'pageMemory',
    'walkMemory',
  ])
  for (const value of Object.values(figures)) expect(value).toBeGreaterThan(0)
  expect(Object.keys(pages as object)).toContain('/ops/blocked?system=sink')
})
