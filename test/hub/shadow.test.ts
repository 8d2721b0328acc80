// A shadow run over a ledger filled with generated messages, accepted under two sets of files, finds every planted
// difference and no other; and the command that runs it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adapters } from '../../adapters/index.ts'
import { countsOf, createExpectation } from '../../bench/shadow/count.ts'
import { edit } from '../../bench/shadow/edits.ts'
import { fill } from '../../bench/shadow/fill.ts'
import { createPeople } from '../../bench/shadow/people.ts'
import { newer, older, plants } from '../../bench/shadow/plants.ts'
import { createDevelopmentKeys } from '../../certs/development.ts'
import { shadowCommand } from '../../cli/mapping/shadow.ts'
import { compileBundle, type Files } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import { type ShadowReport, shadow } from '../../core/flow/shadow.ts'
import type { Database } from '../../core/ledger/database.ts'
import { migrate } from '../../core/ledger/migrate.ts'
import { openLedger } from '../../ledger.ts'
import { freshDatabase } from '../database.ts'
import { listen } from '../listen.ts'
import { silent } from '../pairs.ts'

const shipped = readFiles(fileURLToPath(new URL('../../mappings', import.meta.url)))
const compile = (files: Files) => compileBundle(files, adapters(), { systems: {} })
const past = [older, newer].map((edits) => compile(edit(shipped, edits)))
const changed = edit(
  shipped,
  plants.flatMap(({ edits }) => edits),
)
const candidate = compile(changed)

const open = async (place: { databaseUrl: string | undefined; data: string; keys: string }) =>
  (await openLedger({ ...place, log: 'error' }, { log: silent })).database

/** A ledger that is opened, closed and opened again, as the command does it. */
type Ledger = { open: () => Promise<Database>; environment: NodeJS.ProcessEnv; remove: () => void }

const kinds: readonly { name: string; make: () => Promise<Ledger> }[] = [
  {
    name: 'the embedded ledger',
    make: async () => {
      const data = mkdtempSync(join(tmpdir(), 'qiao-shadow-'))
      const remove = (): void => rmSync(data, { recursive: true, force: true })
      const keys = join(data, 'keys')
      createDevelopmentKeys(keys)
      return {
        open: () => open({ databaseUrl: undefined, data, keys }),
        environment: { QIAO_DATA: data, QIAO_KEYS: keys },
        remove,
      }
    },
  },
  {
    name: 'PostgreSQL',
    make: async () => {
      const url = await freshDatabase()
      const keys = mkdtempSync(join(tmpdir(), 'qiao-shadow-'))
      createDevelopmentKeys(keys)
      return {
        open: () => open({ databaseUrl: url, data: keys, keys }),
        environment: { DATABASE_URL: url, QIAO_KEYS: keys },
        remove: () => rmSync(keys, { recursive: true, force: true }),
      }
    },
  },
]

describe.each(kinds)('shadow over $name', ({ make }) => {
  const expectation = createExpectation()
  const people = createPeople()
  let ledger: Ledger
  let database: Database
  let messages: number
  let report: ShadowReport
  const steps: number[] = []

  beforeAll(async () => {
    ledger = await make()
    database = await ledger.open()
    await migrate(database)
    const note = (message: Parameters<typeof people.note>[0], bundle: number): void => {
      expectation.note(message, bundle > 0)
      people.note(message)
    }
    messages = await fill(database, past, { count: 900, note })
    const before = await counts(database)
    report = await shadow(database, candidate, adapters(), {
      progress: ({ messages: done, total }) => {
        expect(total).toBe(messages)
        steps.push(done)
      },
    })
    expect(await counts(database)).toEqual(before)
  }, 60_000)

  afterAll(async () => {
    await database.close()
    ledger.remove()
  })

  test('finds every planted difference and no other, and shows nobody', () => {
    const findings = expectation.findings()
    expect(countsOf(report)).toEqual(findings)
    expect(Object.keys(findings).length).toBeGreaterThan(16)
    expect(expectation.judge(report).flatMap(({ wrong }) => wrong)).toEqual([])
    expect(report).toMatchObject({
      complete: true,
      messages,
      notes: { waiting: 0, unreproduced: 0, unknown: 0, lost: 0 },
    })
    expect(steps.length).toBeGreaterThan(1)
    expect(steps.at(-1)).toBe(messages)
    expect(people.size()).toBeGreaterThan(100)
    expect(people.shownIn(report)).toBe(0)
  })

  test('every kind of plant is in the ledger, but that which changes nothing', () => {
    const empty = expectation.judge(report).filter(({ planted }) => planted === 0)
    expect(empty.map(({ title }) => title)).toEqual(['another writing of the same', 'not planted'])
    // it was converted again all the same
    for (const mapping of ['housing/process', 'social/process', 'review/evaluate'])
      expect(rowOf(report, mapping)).toMatchObject({ different: 0, unchanged: 0, fields: [] })
    expect(rowOf(report, 'housing/process')?.documents).toBeGreaterThan(10)
  })

  test('tells what is refused now, and what was refused then', () => {
    const refused = fieldOf(report, 'province/process', 'EventName')
    expect(refused).toMatchObject({ kind: 'refused', rule: 'rule', en: 'only passes', zh: '只收通过' })
    expect(refused?.samples[0]).toEqual({ message: expect.any(String), step: expect.any(String) })
    const allowed = fieldOf(report, 'review/service-accepted', 'proChannel')
    expect(allowed).toMatchObject({ kind: 'allowed', rule: 'rule', en: 'only the hall', zh: '只收窗口' })
    const whole = fieldOf(report, 'market/material', '(message)')
    expect(whole).toMatchObject({ kind: 'refused', rule: 'post' })
  })

  test('samples show both values; shares are of the documents compared', () => {
    const row = rowOf(report, 'province/material')
    const field = fieldOf(report, 'province/material', 'GetNum')
    expect(field).toMatchObject({ kind: 'changed', share: 1, count: row?.documents })
    for (const { before, after } of field?.samples ?? []) expect(Number(after)).toBe(2 * Number(before))
    expect(field?.samples).toHaveLength(3)
    const map = fieldOf(report, 'province/result', 'Satisfaction')
    expect(map?.samples[0]).toMatchObject({ before: '1', after: '2' })
  })

  test('a part of it: the newest messages, a type, a system, since a day', async () => {
    const newest = await shadow(database, candidate, adapters(), { limit: 150 })
    expect(newest).toMatchObject({ complete: true, messages: 150 })
    // the newest are pinned to the newer files
    expect(fieldOf(newest, 'elicence/directory', 'data_source')).toBeUndefined()
    const type = await shadow(database, candidate, adapters(), { type: 'case.material' })
    expect(new Set(type.mappings.map(({ mapping }) => mapping.split('/')[1]))).toEqual(new Set(['material']))
    const system = await shadow(database, candidate, adapters(), { system: 'elicence' })
    expect(system.mappings.map(({ mapping }) => mapping)).toEqual(['elicence/directory'])
    const sender = await shadow(database, candidate, adapters(), { system: 'social' })
    expect(new Set(sender.mappings.map(({ direction }) => direction))).toEqual(new Set(['intake']))
    const tomorrow = new Date(Date.now() + 86_400_000)
    expect((await shadow(database, candidate, adapters(), { since: tomorrow })).messages).toBe(0)
  })

  test('the same files: nothing of theirs is run, nothing is found', async () => {
    const same = await shadow(database, past[1] ?? candidate, adapters(), { limit: 200 })
    expect(same).toMatchObject({ messages: 200, different: 0 })
    expect(same.mappings.every(({ documents, unchanged }) => documents === 0 && unchanged > 0)).toBe(true)
  })

  test('ended early it tells what it has', async () => {
    const stop = new AbortController()
    const options = { signal: stop.signal, progress: () => stop.abort() }
    const cut = await shadow(database, candidate, adapters(), options)
    expect(cut.complete).toBe(false)
    expect(cut.messages).toBeGreaterThan(0)
    expect(cut.messages).toBeLessThan(messages)
    expect(cut.different).toBeGreaterThan(0)
  })

  test('the command: exit codes, and nothing but JSON on standard output', async () => {
    await database.close()
    const folder = mkdtempSync(join(tmpdir(), 'qiao-candidate-'))
    try {
      write(join(folder, 'changed'), changed)
      write(join(folder, 'same'), past[1]?.files ?? {})
      const run = (...args: string[]) => runCommand(args, ledger.environment)
      const at = (name: string): string => join(folder, name)
      const differs = await run('--mappings', at('changed'), '--json')
      expect(differs.code).toBe(1)
      expect(JSON.parse(differs.written)).toMatchObject({ ok: false, complete: true, messages })
      expect(people.shownIn(differs.written)).toBe(0)
      const text = await run('--mappings', at('changed'), '--type', 'case.material')
      expect(text.written).toMatch(/GetNum +changed 变化 +\d+ +100\.0 %/)
      expect(text.told).toMatch(/[\d,]+ of [\d,]+ messages, [\d,]+\/s/)
      const same = await run('--mappings', at('same'), '--limit', '100', '--json')
      expect(same.code).toBe(0)
      expect(JSON.parse(same.written)).toMatchObject({ ok: true, messages: 100, different: 0 })
      for (const wrong of [
        ['--system', 'provinse'],
        ['--type', 'case.acepted'],
        ['--since', '2026-02-31'],
        ['--limit', '0'],
        ['now'],
      ]) {
        const refused = await run('--mappings', at('same'), '--json', ...wrong)
        expect([refused.code, refused.written]).toEqual([2, ''])
        expect(refused.told).toMatch(/^qiao: .+ \/ .+/)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
      database = await ledger.open()
    }
  })
})

function rowOf({ mappings }: ShadowReport, mapping: string) {
  return mappings.find((row) => row.mapping === mapping)
}

function fieldOf(report: ShadowReport, mapping: string, field: string) {
  return rowOf(report, mapping)?.fields.find((each) => each.field === field)
}

function counts({ query }: Database): Promise<unknown> {
  return query(
    'SELECT (SELECT count(*)::int FROM message) AS m, (SELECT count(*)::int FROM delivery) AS d, (SELECT count(*)::int FROM bundle) AS b',
  )
}

async function runCommand(args: string[], environment: NodeJS.ProcessEnv) {
  const { output, written, told } = listen()
  const code = await shadowCommand(args, output, environment)
  return { code, written: written(), told: told() }
}

function write(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
