// Bar: every one of more than a thousand random changes to exported days is found, and an untouched file is not blamed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSeries } from '../../core/evidence/proof-series.ts'
import { proveDay } from '../../core/flow/proof.ts'
import type { Database } from '../../core/ledger/database.ts'
import { createRandom, type Random } from '../mutants/random.ts'
import { pairs } from '../pairs.ts'
import { forgersKey, hubKey, liveOneDay } from './city.ts'
import { checkText, fileOf } from './files.ts'
import { forge, forgeries } from './forger.ts'

type Tamper = (bytes: Buffer, random: Random) => Buffer

/** The lines of a file, with their ends. */
const split = (bytes: Buffer): string[] => bytes.toString('latin1').split(/(?<=\n)/)
const joined = (lines: readonly string[]): Buffer => Buffer.from(lines.join(''), 'latin1')

const kinds: Readonly<Record<string, Tamper>> = {
  'a bit flipped': (bytes, random) => {
    const at = random.below(bytes.length)
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
    return changed
  },
  'bytes deleted': (bytes, random) => {
    const at = random.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(8))])
  },
  'bytes added': (bytes, random) => {
    const at = random.below(bytes.length + 1)
    const more = Buffer.from(Array.from({ length: 1 + random.below(4) }, () => 32 + random.below(95)))
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
  },
  'a byte repeated': (bytes, random) => {
    const at = random.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)])
  },
  'a line removed': (bytes, random) => {
    const lines = split(bytes)
    lines.splice(random.below(lines.length), 1)
    return joined(lines)
  },
  'a line repeated': (bytes, random) => {
    const lines = split(bytes)
    const at = random.below(lines.length)
    lines.splice(at, 0, lines[at] ?? '')
    return joined(lines)
  },
  'two lines swapped': (bytes, random) => {
    const lines = split(bytes)
    const a = random.below(lines.length)
    const b = (a + 1 + random.below(lines.length - 1)) % lines.length
    ;[lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? '']
    return joined(lines)
  },
  'the end cut off': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'the beginning cut off': (bytes, random) => bytes.subarray(1 + random.below(bytes.length - 1)),
}
const each = 200

describe('tampering with an exported day', () => {
  let database: Database
  let days: string[]
  let files: Buffer[]
  beforeAll(async () => {
    const [pair] = pairs
    if (!pair) throw new Error('no stores')
    database = await pair.database()
    days = await liveOneDay(database, 2)
    const options = { keys: [hubKey.verifying], content: true, now: new Date('2026-11-26T00:00:00.000Z') }
    files = await Promise.all(
      days.map(async (day) => Buffer.from(await fileOf(proveDay(database.query, day, options)))),
    )
  })
  afterAll(() => database.close())

  test('what nobody touched is not blamed', async () => {
    for (const file of files) expect((await checkText(file)).faults).toEqual([])
  })

  test.each(Object.entries(kinds))(
    `${each} times %s: found every time`,
    { timeout: 60_000 },
    async (name, tamper) => {
      const random = createRandom(20_261_126 + name.length)
      const missed: number[] = []
      let made = 0
      while (made < each) {
        const file = files[made % 3 === 2 ? 1 : 0] ?? Buffer.alloc(0)
        const changed = tamper(file, random)
        if (changed.equals(file)) continue // two lines that are the same
        if ((await checkText(changed)).faults.length === 0) missed.push(made)
        made++
      }
      expect({ made, missed }).toEqual({ made: each, missed: [] })
    },
  )

  test('a day taken out of a range, wherever it stood', async () => {
    const proofs = await Promise.all(files.map(checkText))
    expect(checkSeries(proofs)).toEqual([])
    expect(checkSeries(proofs.filter((_, i) => i !== 1))).not.toEqual([])
  })

  test.each(Object.keys(forgeries))('a forger who knows the format: %s', async (name) => {
    const file = files[0] ?? Buffer.alloc(0)
    const changed = forge(name, file.toString(), forgersKey)
    expect(changed).not.toBe(file.toString())
    expect((await checkText(changed)).faults).not.toEqual([])
  })
})
