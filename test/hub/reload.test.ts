// The files of a running hub change: what is wrong changes nothing, what is right goes live at once, and what was
// accepted before ends as it began. One hub a pair, through one day of its integrator.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { buildMessage } from '../../sandbox/department/message.ts'
import type { Kind } from '../../sandbox/department/record.ts'
import { codeOf, firstIn } from '../http/surface/accepted.ts'
import { mappings, type Running, signatories, startRunning } from './running.ts'
import { type Note, type Sink, sinkFiles, sinkStep, startSink } from './sink.ts'
import { pairs } from './stores.ts'

type Version = { id: number; digest: string; current: boolean; since: string; open: number; dead: number }
type Problem = { file: string; line: number; column: number; rule: string; en: string; zh: string }
type Shown = { versions: Version[]; last: { ok: boolean; changed: boolean; problems: Problem[] } | null }
type Ready = { ready: boolean; mappings: { digest: string; pending?: { problems: number; first: string } } }

const example = fileURLToPath(new URL('../../examples/transport/mappings', import.meta.url))
const transport = { key: 'transport', algorithm: 'HMAC-SM3' } as const
const why = { by: '王值班', reason: '新增平台' }
const patience = { timeout: 20_000, interval: 30 }

describe.each(pairs)('reload over $name', (pair) => {
  let folder: string
  let hub: Running
  let sink: Sink
  let cases = 0
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-reload-'))
    cpSync(mappings, folder, { recursive: true })
    sink = await startSink()
    hub = await startRunning(pair, { mappings: folder, reload: 0.1 })
  })
  afterAll(async () => {
    await hub?.close()
    await sink?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const put = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  }
  const edit = (name: string, change: (text: string) => string): void =>
    put({ [name]: change(readFileSync(join(folder, name), 'utf8')) })
  const shown = async (): Promise<Shown> => (await hub.ops('GET', '/mappings')).json as Shown
  const ready = async (): Promise<{ status: number; json: Ready }> => {
    const { statusCode, body } = await hub.agent.request({ origin: hub.url, method: 'GET', path: '/readyz' })
    return { status: statusCode, json: (await body.json()) as Ready }
  }
  const digest = async (): Promise<string> => (await ready()).json.mappings.digest
  /** changes files and waits until the hub runs on them */
  const live = async (change: () => void): Promise<void> => {
    const before = await digest()
    change()
    await vi.waitFor(async () => expect(await digest()).not.toBe(before), patience)
  }
  /** changes files and waits until the hub refused them */
  const refused = (change: () => void, rule?: string): Promise<Problem[]> => {
    change()
    return vi.waitFor(async () => {
      const { last } = await shown()
      expect(last?.ok).toBe(false)
      if (rule) expect(last?.problems.map((each) => each.rule)).toContain(rule)
      return last?.problems ?? []
    }, patience)
  }
  const newCase = (): string => `510700-20260701-${String(++cases).padStart(6, '0')}`
  const post = (kind: Kind, caseNo: string) =>
    hub.post(signatories.housing, buildMessage('housing', kind, { caseNo }))
  const accept = async (caseNo = newCase(), kind: Kind = 'acceptance') => {
    firstIn(await post(kind, caseNo))
    return caseNo
  }
  const notesOf = (no: string): Note[] => sink.notes.filter((note) => note.no === no)
  const noted = (no: string, count = 1): Promise<Note[]> =>
    vi.waitFor(() => {
      expect(notesOf(no)).toHaveLength(count)
      return notesOf(no)
    }, patience)

  test('a new platform is added: its files are enough, its lanes are served at once', async () => {
    await live(() => {
      put(sinkFiles(sink.url, 'A'))
      for (const type of ['accepted', 'process', 'material']) {
        edit(`flows/case.${type}.yaml`, (text) => `${text.trimEnd()}\n${sinkStep}`)
      }
    })
    const [note] = await noted(await accept())
    expect(note).toMatchObject({ type: 'case.accepted', mark: 'A' })
    expect((await shown()).last).toMatchObject({ ok: true })
    expect(hub.log()).toMatch(/"event":"mappings.reloaded"/)
  })

  test('a wrong file changes nothing, and is told in the log, in /readyz and to operators', async () => {
    const before = await digest()
    await refused(() => edit('sink/note.yaml', (text) => `${text}  marc: { const: B }\n`))
    const { status, json } = await ready()
    expect([status, json.ready, json.mappings.digest]).toEqual([200, true, before])
    expect(json.mappings.pending).toMatchObject({
      problems: expect.any(Number),
      first: expect.stringMatching(/^sink\/note\.yaml:8:\d+: .* \/ .*\p{Script=Han}/u),
    })
    expect((await shown()).last?.problems[0]).toMatchObject({ file: 'sink/note.yaml', line: 8 })
    expect(hub.log()).toMatch(/"event":"mappings.refused".*"problem":"sink\/note.yaml:8:/)
    const [note] = await noted(await accept())
    expect(note?.mark).toBe('A')
  })

  test('an operator who reloads it is refused with the same line; who and why are asked for', async () => {
    expect(codeOf(await hub.ops('POST', '/mappings/reload', {}))).toBe('ops.reason')
    expect((await hub.ops('POST', '/mappings/reload', why, null)).status).toBe(401)
    const answer = await hub.ops('POST', '/mappings/reload', why)
    expect([answer.status, codeOf(answer)]).toEqual([422, 'mappings.refused'])
    const { issues } = answer.json as { issues: { path: string }[] }
    expect(issues[0]?.path).toMatch(/^sink\/note\.yaml:8:\d+$/)
  })

  test('the corrected file goes live under traffic, nothing is refused, and earlier messages end as accepted', async () => {
    sink.down(true)
    const early = await Promise.all([accept(), accept(), accept()])
    let going = true
    const statuses: number[] = []
    const traffic = async (): Promise<void> => {
      while (going) statuses.push((await post('acceptance', newCase())).status)
    }
    const running = [traffic(), traffic(), traffic()]
    await live(() => put(sinkFiles(sink.url, 'B')))
    expect((await ready()).json.mappings.pending).toBeUndefined()
    const late = await Promise.all([accept(), accept()])
    const { versions } = await shown()
    expect(versions.map(({ current }) => current)).toEqual([...versions.slice(1).map(() => false), true])
    expect(versions.length).toBeGreaterThan(1)
    for (const { open } of versions) expect(open).toBeGreaterThan(0)
    going = false
    await Promise.all(running)
    expect(statuses.length).toBeGreaterThan(3)
    expect([...new Set(statuses)]).toEqual([202])

    sink.down(false)
    for (const no of early) expect(await noted(no)).toEqual([expect.objectContaining({ mark: 'A' })])
    for (const no of late) expect(await noted(no)).toEqual([expect.objectContaining({ mark: 'B' })])
  })

  test('versions that nothing rests on any more are no longer in use', async () => {
    await vi.waitFor(async () => {
      const { versions } = await shown()
      expect(versions).toEqual([expect.objectContaining({ current: true, open: 0 })])
    }, patience)
  })

  test('a department whose key is missing is refused, and comes by itself with its key', async () => {
    const problems = await refused(() => cpSync(example, folder, { recursive: true }), 'key.missing')
    expect(problems).toEqual([
      expect.objectContaining({
        file: 'systems/transport.yaml',
        rule: 'key.missing',
        en: expect.stringContaining('transport.secret'),
      }),
    ])
    const text = readFileSync(join(example, 'systems/transport.yaml'), 'utf8').split('\n')
    const { line = 0, column = 0 } = problems[0] ?? {}
    expect(text[line - 1]?.slice(column - 1)).toMatch(/^transport, algorithms/)
    const [first] = parse(readFileSync(join(example, 'transport/acceptance.cases.yaml'), 'utf8')) as {
      given: unknown
    }[]
    const posting = {
      path: '/v1/transport/acceptance',
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify(first?.given)),
    }
    await live(() => writeFileSync(join(hub.keys, 'transport.secret'), '5f0c1e7d3b9a42688d1f60c2a7e4b935'))
    const { key } = firstIn(await hub.post(transport, posting))
    expect(await noted(key)).toEqual([expect.objectContaining({ mark: 'B' })])
  })

  test('more lanes, then fewer, while a queue stands in them: each key keeps its order, one request at a time', async () => {
    const kinds = ['acceptance', 'process', 'material'] as const
    await live(() => put(sinkFiles(sink.url, 'C', 1)))
    sink.down(true)
    const keys = Array.from({ length: 6 }, newCase)
    for (const [i, kind] of kinds.entries()) {
      for (const key of keys) await accept(key, kind)
      const next = kinds[i + 1]
      if (next) await live(() => put(sinkFiles(sink.url, next, next === 'process' ? 16 : 3)))
    }
    if (hub.isShared) {
      const lanes = await hub.look((query) =>
        query<{ lanes: number }>(
          `SELECT count(DISTINCT lane)::int AS lanes FROM delivery WHERE system = 'sink' AND key = ANY ($1)
           GROUP BY key ORDER BY 1 DESC`,
          [keys],
        ),
      )
      expect(lanes[0]?.lanes).toBeGreaterThan(1)
    }
    sink.down(false)
    for (const key of keys) {
      const notes = await noted(key, 3)
      expect(notes.map(({ type, mark }) => [type, mark])).toEqual([
        ['case.accepted', 'C'],
        ['case.process', 'process'],
        ['case.material', 'material'],
      ])
    }
    expect(sink.overlaps).toEqual([])
  })

  test('how much a platform takes at once holds for what is queued already', async () => {
    await live(() => put(sinkFiles(sink.url, 'D', 1, 1)))
    sink.down(true)
    const keys = await Promise.all(Array.from({ length: 6 }, () => accept()))
    await vi.waitFor(async () => {
      sink.widest()
      await sleep(300)
      expect(sink.widest()).toBe(1)
    }, patience)
    await live(() => put(sinkFiles(sink.url, 'D', 1, 8)))
    await vi.waitFor(() => expect(sink.widest()).toBeGreaterThan(1), patience)
    sink.down(false)
    for (const key of keys) await noted(key)
  })

  test('a platform that is deleted gets what was accepted for it; a message that is renamed has its new name', async () => {
    sink.down(true)
    const early = await accept()
    await live(() => {
      for (const name of ['systems/sink.yaml', 'sink/note.yaml', 'schemas/sink/note.yaml'])
        rmSync(join(folder, name))
      for (const type of ['accepted', 'process', 'material']) {
        edit(`flows/case.${type}.yaml`, (text) => text.replace(sinkStep, ''))
      }
      edit('systems/housing.yaml', (text) =>
        text.replace('acceptance: housing/acceptance', 'filing: housing/filing'),
      )
      renameSync(join(folder, 'housing/acceptance.yaml'), join(folder, 'housing/filing.yaml'))
    })
    const message = buildMessage('housing', 'acceptance', { caseNo: newCase() })
    expect(codeOf(await hub.post(signatories.housing, message))).toBe('request.unknown-message')
    const late = firstIn(await hub.post(signatories.housing, { ...message, path: '/v1/housing/filing' }))
    sink.down(false)
    await noted(early)
    expect(notesOf(late.key)).toEqual([])
  })

  test('a folder that is gone for a moment changes nothing', async () => {
    const before = await digest()
    await refused(() => renameSync(folder, `${folder}-away`), 'folder.unreadable')
    await refused(() => mkdirSync(folder), 'folder.empty')
    expect(await digest()).toBe(before)
    rmSync(folder, { recursive: true })
    renameSync(`${folder}-away`, folder)
    await vi.waitFor(async () => expect((await shown()).last).toMatchObject({ ok: true }), patience)
    expect(await digest()).toBe(before)
  })

  test('reloads at the same time take turns: one of them changes something', async () => {
    const count = (): number => hub.log().match(/"event":"mappings.reloaded"/g)?.length ?? 0
    const before = count()
    edit('systems/housing.yaml', (text) => `${text}# a remark\n`)
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => hub.ops('POST', '/mappings/reload', why)),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(answers.map(({ json }) => (json as { digest: string }).digest)).size).toBe(1)
    expect(count() - before).toBe(1)
    if (!hub.isShared) return
    const audited = await hub.look((query) => query(`SELECT operator FROM audit WHERE action = 'reload'`))
    expect(audited).toHaveLength(5)
  })

  test('a hub that stops while it reloads stops in order', async () => {
    edit('systems/housing.yaml', (text) => `${text}# another remark\n`)
    const reload = hub.ops('POST', '/mappings/reload', why)
    const [answer] = await Promise.all([reload, hub.stop()])
    expect([200, 422]).toContain(answer.status)
    expect(hub.log()).toMatch(/"event":"hub.stopped"/)
    expect(hub.log()).not.toMatch(/"event":"request.failed"|"event":"delivery.lost"/)
  })
})
