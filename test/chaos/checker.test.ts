// The checker finds what is planted, and nothing else; and it shares no code with the hub.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDevelopmentKeys } from '../../certs/development.ts'
import type { Receipt } from '../../core/evidence/receipt.ts'
import { readClaims } from './checker/claims.ts'
import { nameOf } from './checker/owed.ts'
import { createJudge } from './checker/receipt.ts'
import type { Arrival } from './checker/receiver.ts'
import { type Counts, judge } from './checker/verdict.ts'
import { changed, type Journals, type Line, rightJournals, rightLines, signed } from './right-run.ts'

/** What is changed about a right run. */
type Plant = (world: { lines: Line[]; journals: Journals }) => void

const none: Counts = { acknowledged: 9, lost: 0, repeated: 0, outOfOrder: 0, unverified: 0 }
const province = (journals: Journals): Arrival[] =>
  journals.province?.filter(({ table }) => table !== 'feed') ?? []

describe('the checker', () => {
  let folder: string
  let server: Server
  let journals: Journals = {}
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-checker-'))
    createDevelopmentKeys(folder)
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://sandbox')
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => response.end(JSON.stringify(answer(url, Buffer.concat(parts).toString()))))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })

  function answer(url: URL, body: string): unknown {
    if (url.pathname === '/control/arrivals') {
      const arrivals = (journals[url.searchParams.get('system') ?? ''] ?? []).slice(
        Number(url.searchParams.get('after')),
      )
      return { arrivals, next: Number(url.searchParams.get('after')) + arrivals.length }
    }
    const { system, records } = JSON.parse(body) as { system: string; records: [string, string][] }
    const kept = (journals[system] ?? []).filter(({ what }) => what === 'kept')
    return {
      held: records.map(([table, name]) =>
        kept.some((a) => a.table === table && nameOf(a.table, a.id, a.key) === name),
      ),
    }
  }

  async function verdict(plant: Plant): Promise<Counts> {
    const lines = rightLines(folder)
    const world = { lines, journals: rightJournals(lines) }
    plant(world)
    journals = world.journals
    const file = join(folder, 'receipts.jsonl')
    writeFileSync(file, world.lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const claims = await readClaims(file, createJudge(join(folder, 'hub.pub.pem')))
    const sandbox = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const {
      rows: _,
      examples,
      ...counts
    } = await judge(sandbox, claims, { patience: 50, linger: 0 }, () => undefined)
    const { acknowledged: __, ...wrong } = counts
    expect(examples.length > 0).toBe(Object.values(wrong).some((n) => n > 0))
    return counts
  }

  test('finds nothing wrong with a right run, resends and recognised repeats included', async () => {
    const plant: Plant = ({ lines, journals }) => {
      lines.push(structuredClone(lines[0] as Line))
      const [first] = province(journals)
      journals.province?.splice(1, 0, { ...(first as Arrival), what: 'repeat' })
    }
    expect(await verdict(plant)).toEqual(none)
  })

  test.each<[string, Plant, Partial<Counts>]>([
    ['a record that never came', ({ journals }) => void journals.province?.splice(3, 1), { lost: 1 }],
    ['a platform that got nothing', ({ journals }) => void journals.supervision?.splice(0), { lost: 1 }],
    [
      'two records, each missing at two platforms',
      ({ journals }) => {
        journals.eseal = []
        journals.elicence = []
      },
      { lost: 2 },
    ],
    [
      'a second effect',
      ({ journals }) => void journals.elicence?.push(structuredClone(journals.elicence[0] as Arrival)),
      { repeated: 1 },
    ],
    [
      'a row that was pulled twice',
      ({ journals }) => {
        const last = journals.province?.filter(({ table }) => table === 'feed').at(-1)
        journals.province?.push(structuredClone(last as Arrival))
      },
      { repeated: 1 },
    ],
    [
      'a second effect that the platform prevented',
      ({ journals }) =>
        void journals.eseal?.push({
          at: 1,
          what: 'second',
          table: '',
          id: '',
          key: '',
          note: 'sealed twice',
        }),
      { repeated: 1 },
    ],
    [
      'one record under two ids',
      ({ lines }) => {
        const again = structuredClone(lines[0] as Line)
        again.receipt = signed(folder, [{ ...again.receipt, messageId: 'another' }])[0] as Receipt
        lines.push(again)
      },
      { repeated: 1 },
    ],
    [
      'two neighbours swapped',
      ({ journals }) => {
        const [, second, third] = province(journals)
        const list = journals.province as Arrival[]
        const [a, b] = [list.indexOf(second as Arrival), list.indexOf(third as Arrival)]
        ;[list[a], list[b]] = [third as Arrival, second as Arrival]
      },
      { outOfOrder: 1 },
    ],
    [
      'a recognised repeat after its successors',
      ({ journals }) =>
        void journals.province?.push({ ...(province(journals)[0] as Arrival), what: 'repeat' }),
      { outOfOrder: 1 },
    ],
    [
      'an order that the platform refused',
      ({ journals }) =>
        void journals.province?.push({ at: 1, what: 'order', table: '', id: '', key: '', note: 'too early' }),
      { outOfOrder: 1 },
    ],
    [
      'a changed statement',
      ({ lines }) => {
        lines[2] = changed(lines[2], { acceptedAt: 'later' })
      },
      { unverified: 1 },
    ],
    [
      'a path to another root',
      ({ lines }) => {
        lines[2] = changed(lines[2], { proof: (lines[3] as Line).receipt.proof })
      },
      { unverified: 1 },
    ],
    [
      'a signature of somebody else',
      ({ lines }) => {
        const line = lines[2] as Line
        line.receipt = signed(folder, [line.receipt], 'province-push')[0] as Receipt
      },
      { unverified: 1 },
    ],
    [
      'other bytes than those posted',
      ({ lines }) => {
        lines[2] = { ...(lines[2] as Line), posted: 'f'.repeat(64) }
      },
      { unverified: 1 },
    ],
    [
      'an answer without a receipt',
      ({ lines }) => {
        lines[2] = { ...(lines[2] as Line), receipt: {} as Receipt }
      },
      { unverified: 1 },
    ],
  ])('finds %s', async (_, plant, found) => {
    expect(await verdict(plant)).toEqual({ ...none, ...found })
  })

  test('shares no code with the hub', () => {
    const folder = join(import.meta.dirname, 'checker')
    const imports = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\bfrom '([^']+)'/g)].map(
        ([, name = '']) => name,
      ),
    )
    expect(imports.length).toBeGreaterThan(10)
    // what the sandbox imports is drawn by the arrows of the house: nothing of ours
    const allowed = /^(node:|\.\/|\.\.\/acknowledged\.ts|\.\.\/\.\.\/\.\.\/sandbox\/)/
    expect(imports.filter((name) => !allowed.test(name))).toEqual([])
  })
})
