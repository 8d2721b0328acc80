// A platform refuses many: an operator looks through them page by page, counts them, and replays those he means, over
// the API and with the command. Lists name nobody, whatever the platform says.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { replayCommand } from '../../cli/replay.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { codeOf, firstIn } from '../http/surface/accepted.ts'
import { listen } from '../listen.ts'
import { mappings, type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

type Dead = { message: string; step: string; system: string; key: string; reason: string }
type Page = { dead: Dead[]; next: string | null }
type State = { run: string | null; replayed: number; remaining: number; systems: { system: string }[] }

const by = { by: '王值班', reason: '平台已恢复' }
const patience = { timeout: 20_000, interval: 50 }

/** A platform that repeats whom it refuses, until it is told to take everything. */
async function startGossip(): Promise<{
  server: Server
  url: string
  refuses: (is: boolean) => void
  took: string[]
}> {
  let isRefusing = true
  const took: string[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { no, name, certNo } = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, string>
    if (!isRefusing) took.push(no ?? '')
    const answer = { ok: !isRefusing, message: `申请人${name}（${certNo}，13812345678）已登记` }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const refuses = (is: boolean): void => {
    isRefusing = is
  }
  return { server, url, refuses, took }
}

const files = (url: string): Record<string, string> => ({
  'systems/gossip.yaml': `kind: sink
title: 登记平台 / register
url: ${url}
operations: { note: { takes: gossip/note, path: /note } }
replies:
  - { when: { status: 200, body.ok: true }, outcome: delivered }
  - { when: { status: 200 }, outcome: rejected, reason: body.message }
`,
  'schemas/gossip/note.yaml': `title: 登记 / note
fields:
  - { name: no, zh: 办件编号, type: s100, req: Y }
  - { name: name, zh: 姓名, type: s100, req: Y, personal: name }
  - { name: certNo, zh: 证件号码, type: s128, req: Y, personal: id }
`,
  'gossip/note.yaml': `from: case.accepted
to: gossip/note
format: json
fields: { no: caseNo, name: applicant.name, certNo: applicant.certNo }
`,
})
const step = '  - { step: gossip, system: gossip, operation: note, mapping: gossip/note }\n'

describe.each(pairs)('many dead letters over $name', (pair) => {
  let folder: string
  let hub: Running
  let gossip: Awaited<ReturnType<typeof startGossip>>
  const cases = Array.from({ length: 7 }, (_, i) => `510700-20260703-00000${i}`)
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qiao-many-'))
    cpSync(mappings, folder, { recursive: true })
    gossip = await startGossip()
    // the sandbox stands for every system there is at the start; this one comes later
    hub = await startRunning(pair, { mappings: folder })
    for (const [name, text] of Object.entries(files(gossip.url))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const flow = join(folder, 'flows/case.accepted.yaml')
    writeFileSync(flow, readFileSync(flow, 'utf8') + step)
    expect((await hub.ops('POST', '/mappings/reload', by)).status).toBe(200)
    for (const caseNo of cases)
      firstIn(await hub.post(signatories.housing, buildMessage('housing', 'acceptance', { caseNo })))
    await vi.waitFor(async () => expect(await list('system=gossip')).toHaveLength(cases.length), patience)
  })
  afterAll(async () => {
    await hub?.close()
    gossip?.server.close()
    gossip?.server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  })

  const page = async (query: string): Promise<Page> => (await hub.ops('GET', `/dead?${query}`)).json as Page
  const list = async (query: string): Promise<Dead[]> => (await page(query)).dead
  const replay = async (body: object) => {
    const answer = await hub.ops('POST', '/dead/replay', { ...by, ...body })
    return { status: answer.status, code: codeOf(answer), state: answer.json as State }
  }
  const qiao = async (...args: string[]) => {
    const { output, said } = listen()
    const port = new URL(hub.url).port
    const environment = { QIAO_KEYS: hub.keys, QIAO_PORT: port }
    const code = await replayCommand([...args, '--by', '王值班', '--why', '平台已恢复'], environment, output)
    return { code, text: said() }
  }

  test('pages and filters', async () => {
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const found: Page = await page(`system=gossip&limit=3${next && `&after=${next}`}`)
      seen.push(...found.dead.map(({ key }) => key))
      next = found.next
    }
    expect(seen.sort()).toEqual(cases)
    const reason = encodeURIComponent('已登记')
    expect(await list(`reason=${reason}&type=case.accepted&source=housing&from=2026-01-01`)).toHaveLength(7)
    expect(await list(`key=${cases[0]}&system=gossip`)).toHaveLength(1)
    expect(await list('system=gossip&to=2026-01-01')).toEqual([])
  })

  test.each(['sytem=gossip', 'after=x', 'from=2026-02-30', 'to=tomorrow', 'reason='])(
    '%s is no filter, and the answer says where',
    async (query) => {
      const answer = await hub.ops('GET', `/dead?${query}`)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'ops.request'])
      expect((answer.json as { issues: unknown[] }).issues).toHaveLength(1)
    },
  )

  test('a list masks what the platform repeats', async () => {
    const [letter] = await list(`key=${cases[0]}&system=gossip`)
    const path = `/deliveries/${letter?.message}/gossip`
    const shown = await hub.ops('GET', path)
    const dossier = (await hub.ops('POST', `${path}/reveal`, { by: '王值班', reason: '核对' })).json as {
      masked: boolean
      attempts: { reply: string }[]
      canonical: { applicant: { name: string; certNo: string } }
      advice: { cause: string }
    }
    const { name, certNo } = dossier.canonical.applicant
    expect(dossier.masked).toBe(false)
    expect(dossier.attempts[0]?.reply).toContain(certNo)
    expect(dossier.advice.cause).toBe('rejected')
    const { text } = await hub.ops('GET', '/dead?system=gossip')
    for (const word of [name, certNo, '13812345678']) {
      expect(text).not.toContain(word)
      expect(shown.text).not.toContain(word)
    }
    expect(shown.json).toMatchObject({
      masked: true,
      canonical: { applicant: { name: `${name.slice(0, 1)}*` } },
      reason: letter?.reason,
    })
    expect(letter?.reason).toMatch(new RegExp(`^申请人${name.slice(0, 1)}\\*（.*138\\*{4}5678）已登记$`))
    const log = hub.log()
    for (const word of [name, certNo, '13812345678']) expect(log).not.toContain(word)
  })

  test('a dry run counts and changes nothing; it is what is done unless told otherwise', async () => {
    const filter = { system: 'gossip', reason: '已登记' }
    for (const body of [{ filter }, { filter, dryRun: true }]) {
      const { state } = await replay(body)
      const systems = [{ system: 'gossip', count: cases.length }]
      expect(state).toEqual({ run: null, replayed: 0, remaining: cases.length, systems, inDoubt: 0 })
    }
    expect((await qiao('--system', 'gossip', '--dry-run')).text).toContain('gossip: 7')
    expect(await list('system=gossip')).toHaveLength(cases.length)
  })

  test('what is no request is refused', async () => {
    expect(await replay({})).toMatchObject({ status: 400, code: 'ops.request' })
    expect(await replay({ filter: { sytem: 'x' } })).toMatchObject({ status: 400, code: 'ops.request' })
    expect(await replay({ filter: {}, by: '' })).toMatchObject({ status: 400, code: 'ops.reason' })
    expect(await replay({ filter: {}, reason: 'a\0b' })).toMatchObject({ status: 400 })
    const none = await hub.ops('POST', '/dead/replay/00000000-0000-7000-8000-000000000000', by)
    expect(codeOf(none)).toBe('request.not-found')
    for (const args of [[], ['--all', '--resume', 'x'], ['--sytem', 'x'], ['--resume', 'x', '--dry-run']])
      expect((await qiao(...args)).code).toBe(2)
    await expect(qiao('--from', 'x')).rejects.toThrow('from: it should be yyyy-MM-dd')
    await expect(qiao('--all', '--hub', 'http://127.0.0.1:1')).rejects.toThrow('no hub answers')
  })

  test('the command replays what is chosen; those die again, and only the others are left to a later run', async () => {
    const some = await qiao('--system', 'gossip', '--key', cases[0] ?? '', '--json')
    expect(some.code).toBe(0)
    const state = JSON.parse(some.text.slice(some.text.indexOf('{'))) as State
    expect(state).toMatchObject({ replayed: 1, remaining: 0 })
    await vi.waitFor(async () => expect(await list('system=gossip')).toHaveLength(cases.length), patience)

    gossip.refuses(false)
    const all = await qiao('--system', 'gossip')
    expect(all).toMatchObject({ code: 0, text: expect.stringContaining('7 replayed, 0 left') })
    await vi.waitFor(() => expect([...gossip.took].sort()).toEqual(cases), patience)
    expect(await list('system=gossip')).toEqual([])
    // a run that is done is gone on with in vain
    expect((await qiao('--resume', state.run ?? '')).text).toContain('0 replayed, 0 left')
  })

  test('every replay is audited with who and why, and with its run', async () => {
    await hub.stop()
    const rows = await hub.look((query) =>
      query(
        `SELECT a.action, a.operator, a.reason, count(*)::int AS n, count(DISTINCT e.id)::int AS trees
         FROM audit a JOIN evidence e ON e.id = a.evidence GROUP BY 1, 2, 3 ORDER BY n, 1`,
      ),
    )
    const who = { operator: '王值班', reason: '平台已恢复' }
    expect(rows).toEqual([
      { action: 'reload', ...who, n: 1, trees: 1 },
      { action: 'reveal', operator: '王值班', reason: '核对', n: 1, trees: 1 },
      { action: 'replay-many', ...who, n: 2, trees: 2 },
      { action: 'replay', ...who, n: 8, trees: 2 },
    ])
  })
})
