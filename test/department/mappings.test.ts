// The departments' mappings: their own cases, and hundreds of generated messages held against an oracle
// that knows what each record means but has never seen a mapping file.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { QiaoError } from '../../core/errors.ts'
import { runCases } from '../../core/mapping/cases.ts'
import { loadLibrary } from '../../core/mapping/library.ts'
import { readYaml } from '../../core/yaml.ts'
import { departments, type Message } from '../../sandbox/department/message.ts'
import { plan } from '../../sandbox/department/plan.ts'
import { canonicalOf } from './canonical.ts'

const sources = readdirSync('mappings', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readYaml(file.replaceAll('\\', '/'), readFileSync(`mappings/${file}`, 'utf8')))
const library = loadLibrary(sources, { 'licence-identifier': () => '' })
const mine = library.mappings.filter((name) => Object.keys(departments).includes(name.split('/')[0] ?? ''))
const meta = { messageId: 'm', acceptedAt: '2026-11-24 09:30:00', now: '2026-11-24 09:30:00' }

async function accept(message: Message): Promise<unknown[]> {
  const intake = library.intake(`${message.department}/${message.kind}`)
  if (!intake) throw new Error(`no intake for ${message.path}`)
  const context = { meta: { ...meta, source: message.department }, steps: {} }
  const records = await intake.accept(message.body, message.contentType, context)
  return records.map((record) => record.value)
}

describe('mappings of the departments', () => {
  test('every message of every department has one, with at least two good and two failing cases', async () => {
    expect(mine).toHaveLength(24)
    const results = await runCases(library, sources)
    for (const name of mine) {
      const cases = sources.find((source) => source.file === `${name}.cases.yaml`)?.data as {
        error?: object
      }[]
      expect(cases.filter((one) => one.error).length, name).toBeGreaterThanOrEqual(2)
      expect(cases.filter((one) => !one.error).length, name).toBeGreaterThanOrEqual(2)
    }
    const failed = results.filter((result) => mine.includes(result.mapping) && !result.ok)
    expect(failed.map((one) => `${one.file}:${one.line} ${one.case}: ${one.message}`)).toEqual([])
  })

  test('whatever the generator sends becomes what the oracle says', async () => {
    const jobs = plan({ cases: 300, seed: 'oracle', run: '1', faults: false })
    let checked = 0
    for (const { message } of [...jobs].flat()) {
      const wanted = message.entries.map((entry) => canonicalOf(departments[message.department], entry))
      expect(await accept(message), message.path).toEqual(wanted)
      checked += wanted.length
    }
    expect(checked).toBeGreaterThan(1500)
  })

  test('damaged messages are refused with the field of the sender named', async () => {
    const jobs = plan({ cases: 300, seed: 'faults', run: '1', faults: true })
    const bad = [...jobs].flat().filter((posting) => posting.bad)
    expect(bad.length).toBeGreaterThan(20)
    for (const { message } of bad) {
      const error: unknown = await accept(message).catch((reason: unknown) => reason)
      if (!(error instanceof QiaoError)) throw error
      const field = {
        housing: 'applicant.certNo',
        social: 'zjhm',
        market: `rows[${message.entries.length - 1}].CERT_NO`,
      }
      expect(error.issues).toHaveLength(1)
      expect(error.issues[0]?.path).toBe(field[message.department])
      expect(['masked', 'citizen-id', 'credit-code']).toContain(error.issues[0]?.rule)
    }
  })
})
