// Bar 2: a department with an ordinary JSON format is connected by adding files only. Two are: the transport bureau of
// the README, as its commands say, and a road administration that also completes cases and has code tables of its own.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { adapters } from '../../adapters/index.ts'
import { compileBundle } from '../../core/flow/bundle.ts'
import { readFiles } from '../../core/flow/files.ts'
import { runCases } from '../../core/mapping/cases.ts'
import { readYaml } from '../../core/yaml.ts'
import { firstIn } from '../http/surface/accepted.ts'
import { mappings, type Posting, type Running, startRunning } from './running.ts'
import { pairs } from './stores.ts'

const additions = ['../../examples/transport/mappings', './road'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)
const transport = { key: 'transport', algorithm: 'HMAC-SM3' } as const
const road = { key: 'road', algorithm: 'HMAC-SHA256' } as const

const [, pair] = pairs
if (!pair) throw new Error('no pair')

let folder: string
let hub: Running
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qiao-mappings-'))
  cpSync(mappings, folder, { recursive: true })
  for (const addition of additions) cpSync(addition, folder, { recursive: true })
  hub = await startRunning(pair, {
    mappings: folder,
    prepare: (keys) => {
      writeFileSync(join(keys, 'transport.secret'), '5f0c1e7d3b9a42688d1f60c2a7e4b935')
      writeFileSync(join(keys, 'road.secret'), 'c41d9be07a3f4d52a6180e9f72b5d3c8')
    },
  })
})
afterAll(async () => {
  await hub?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The first example of a cases file, as its department would post it. */
function example(addition: string | undefined, name: string): Posting {
  const [first] = parse(readFileSync(join(addition ?? '', `${name}.cases.yaml`), 'utf8')) as {
    given: unknown
  }[]
  return json(name, first?.given)
}

function json(name: string, value: unknown): Posting {
  return { path: `/v1/${name}`, contentType: 'application/json', body: Buffer.from(JSON.stringify(value)) }
}

describe('a new department', () => {
  test.each(additions)('%s only adds files', (addition) => {
    const files = readdirSync(addition, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.\w+$/.test(file),
    )
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter((file) => existsSync(join(mappings, file)))).toEqual([])
    expect(files.filter((file) => !file.endsWith('.yaml'))).toEqual([])
  })

  test('its files compile with all others, and its cases hold', async () => {
    const files = readFiles(folder)
    const { library } = compileBundle(files, adapters(), { systems: {} })
    const sources = Object.entries(files).map(([file, text]) => readYaml(file, text))
    const results = (await runCases(library, sources)).filter(({ mapping }) =>
      /^(transport|road)\//.test(mapping),
    )
    expect(results.map((each) => each.mapping).sort()).toEqual([
      ...Array(2).fill('road/acceptance'),
      ...Array(2).fill('road/completion'),
      ...Array(2).fill('transport/acceptance'),
    ])
    expect(results.filter(({ ok }) => !ok)).toEqual([])
  })

  test('the bureau of the README posts its case, and province and review platform have it', async () => {
    const accepted = firstIn(await hub.post(transport, example(additions[0], 'transport/acceptance')))
    expect(accepted).toMatchObject({ type: 'case.accepted', key: '510700-20261124-000001', duplicate: false })
    await delivered({ ACCEPT: 1, RESULT: 0, services: 1 })
  })

  test('the road administration accepts and completes a case', async () => {
    const completion = example(additions[1], 'road/completion')
    const { permit, operator, taken } = JSON.parse(completion.body.toString('utf8')) as Record<
      string,
      unknown
    >
    const acceptance = {
      permit,
      operator,
      taken,
      channel: 'window',
      filed: '2026-06-01 09:40',
      clerk: '罗平安',
    }
    firstIn(await hub.post(road, json('road/acceptance', acceptance)))
    const { id } = firstIn(await hub.post(road, completion))
    await delivered({ ACCEPT: 2, RESULT: 1, services: 3 })
    await vi.waitFor(
      async () => {
        const { json: dossier } = await hub.ops('GET', `/deliveries/${id}/province`)
        expect(dossier).toMatchObject({
          state: 'delivered',
          mapped: {
            ProjectNo: '510703-20260601-900002',
            ResultDate: '2026-06-03 16:20:00',
            ResultType: '1',
            ResultCetrName: '道路运输经营许可证',
            ResultCetrNo: '川交运管许可绵字510703000001号',
            IsDeliveryResults: '1',
          },
        })
      },
      { timeout: 10_000, interval: 50 },
    )
  })

  test('its mistakes are told in its own words, with its own code tables', async () => {
    const good = JSON.parse(example(additions[1], 'road/acceptance').body.toString('utf8')) as Record<
      string,
      object
    >
    const wrong = { ...good, channel: 'fax', permit: { ...good.permit, kind: 'SPACE' } }
    const answer = await hub.post(road, json('road/acceptance', wrong))
    expect(answer.status).toBe(422)
    const { issues } = answer.json as { issues: { path: string; rule: string; zh: string }[] }
    expect(issues.map(({ path, rule }) => `${path} ${rule}`).sort()).toEqual([
      'channel code',
      'permit.kind code',
    ])
    expect(issues.map(({ zh }) => zh).join()).toContain('道路运输受理渠道')
  })

  test('openapi.json shows its messages', async () => {
    const { body } = await hub.agent.request({ origin: hub.url, method: 'GET', path: '/openapi.json' })
    const { paths } = (await body.json()) as { paths: object }
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/v1/transport/acceptance', '/v1/road/acceptance', '/v1/road/completion']),
    )
  })
})

/** Waits until the sandbox has got so much, in order and without quarrel. */
async function delivered(wanted: { ACCEPT: number; RESULT: number; services: number }): Promise<void> {
  await vi.waitFor(
    () => {
      const { province, review } = hub.sandbox.received().systems
      const { UP_PRO_ACCEPT: ACCEPT = 0, UP_PRO_RESULT: RESULT = 0 } = province?.tables ?? {}
      expect({ ACCEPT, RESULT, services: review?.tables.service ?? 0 }).toEqual(wanted)
    },
    { timeout: 15_000, interval: 50 },
  )
  const { province, review } = hub.sandbox.received().systems
  expect([province?.refused, province?.violations, review?.refused, review?.violations]).toEqual([
    0,
    [],
    0,
    [],
  ])
}
