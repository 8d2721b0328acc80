// A shadow run over a ledger filled with generated messages finds every planted difference, and no other.
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { adapters } from '../../adapters/index.ts'
import { fill } from '../../bench/shadow/fill.ts'
import { type Counts, countsOf, expectFrom, plantAfter, plantBefore } from '../../bench/shadow/plants.ts'
import { compileBundle } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import { shadow } from '../../core/flow/shadow.ts'
import { pairs } from '../pairs.ts'

const shipped = readFiles(fileURLToPath(new URL('../../mappings', import.meta.url)))
const none = { systems: {} }
const past = compileBundle(plantBefore(shipped), adapters(), none)
const candidate = compileBundle(plantAfter(shipped), adapters(), none)

describe.each(pairs)('shadow over $name', (pair) => {
  test('finds every planted difference and no other, and shows nobody by name', async () => {
    const database = await pair.database()
    try {
      const wanted: Counts = {}
      const people = new Set<string>()
      const messages = await fill(database, past, 2_000, (message) => {
        expectFrom(wanted, message)
        for (const entry of message.entries) {
          if (!('case' in entry)) continue
          const who = entry.case.applicant
          if (who.kind === 'person') for (const value of [who.name, who.idNo, who.mobile]) people.add(value)
        }
      })
      const before = await counts(database.query)
      const steps: number[] = []
      const report = await shadow(database, candidate, adapters(), {
        progress: ({ messages: done, total }) => {
          expect(total).toBe(messages)
          steps.push(done)
        },
      })
      expect(countsOf(report)).toEqual(wanted)
      expect(Object.keys(wanted).length).toBeGreaterThan(14)
      expect(report).toMatchObject({
        complete: true,
        messages,
        notes: { waiting: 0, unreproduced: 0, unknown: 0, lost: 0 },
      })
      expect(steps.at(-1)).toBe(messages)
      expect(steps.length).toBeGreaterThan(3)
      expect(people.size).toBeGreaterThan(100)
      const text = JSON.stringify(report)
      expect([...people].filter((value) => text.includes(value))).toEqual([])
      expect(await counts(database.query)).toEqual(before)

      // a part of it: the newest messages, one type, one system, one side
      const part = await shadow(database, candidate, adapters(), { limit: 150 })
      expect(part).toMatchObject({ complete: true, messages: 150 })
      const type = await shadow(database, candidate, adapters(), { type: 'case.material' })
      expect([...new Set(type.mappings.map(({ mapping }) => mapping.split('/')[1]))]).toEqual(['material'])
      const system = await shadow(database, candidate, adapters(), { system: 'elicence' })
      expect(system.mappings.map(({ mapping }) => mapping)).toEqual(['elicence/directory'])
      const tomorrow = await shadow(database, candidate, adapters(), {
        since: new Date(Date.now() + 86_400_000),
      })
      expect(tomorrow.messages).toBe(0)

      // the same files: nothing is run, nothing is found
      const same = await shadow(database, past, adapters())
      expect(same).toMatchObject({ messages, different: 0 })
      expect(same.mappings.every(({ documents, unchanged }) => documents === 0 && unchanged > 0)).toBe(true)

      const stop = new AbortController()
      const cut = await shadow(database, candidate, adapters(), {
        signal: stop.signal,
        progress: () => stop.abort(),
      })
      expect(cut.complete).toBe(false)
      expect(cut.messages).toBeGreaterThan(0)
      expect(cut.messages).toBeLessThan(messages)
      expect(cut.different).toBeGreaterThan(0)
    } finally {
      await database.close()
    }
  })
})

async function counts(query: Awaited<ReturnType<(typeof pairs)[0]['database']>>['query']): Promise<unknown> {
  return query(
    'SELECT (SELECT count(*)::int FROM message) AS m, (SELECT count(*)::int FROM delivery) AS d, (SELECT count(*)::int FROM bundle) AS b',
  )
}
