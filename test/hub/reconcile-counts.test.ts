// A platform that tells numbers only is reconciled, too: by part of the day or as a whole; what it has too few of is asked for
// one by one, and sent again. Where the file says so, what is missing is sent again by itself.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { localDay } from '../../core/time.ts'
import { buildMessage } from '../../sandbox/department/message.ts'
import { type Run, reconcile, settledAt, spoil } from './reconciling.ts'
import { mappings, type Running, signatories, startRunning } from './running.ts'
import { pairs } from './stores.ts'

const why = { by: '王值班', reason: '每月对账' }
const cases = 5
const materials = 2
const clean = { state: 'done', reason: null, missing: 0, extra: 0, different: 0, differences: [] }

/** A copy of the mapping files whose platforms tell less than those of the sandbox could. */
function withCounts(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qiao-counts-'))
  cpSync(mappings, folder, { recursive: true })
  const edit = (file: string, change: (text: string) => string): void => {
    const path = join(folder, file)
    const before = readFileSync(path, 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`${file} was not changed`)
    writeFileSync(path, after)
  }
  const reconcileBlock = /^reconcile:\n( .*\n)+/m
  writeFileSync(
    join(folder, 'schemas/province/counted.yaml'),
    'title: 接收数量请求\nsource: "[U]"\nfields:\n  - { name: ReceiveDate, zh: 接收日期, type: date, req: Y }\n',
  )
  edit('systems/province.yaml', (text) =>
    text
      .replace(
        reconcileBlock,
        'reconcile: { operation: counted, by: { ReceiveDate: day }, rows: body.data.rows, record: { Table: Table }, count: Total }\n',
      )
      .replace(
        /^ {2}received: .*\n/m,
        '  counted: { takes: province/counted, path: /exchange/counted, recipe: sm2-body-digest }\n',
      ),
  )
  edit('systems/supervision.yaml', (text) =>
    text.replace(
      reconcileBlock,
      'reconcile: { operation: received, by: { receive_date: day, page_no: page, page_size: size }, count: body.data.total }\n',
    ),
  )
  edit('systems/elicence.yaml', (text) => text.replace(/^ {2}same: .*\n/m, '$&  resend: auto\n'))
  return folder
}

describe.each(pairs)('numbers and resending by itself over $name', (pair) => {
  let hub: Running
  let folder: string
  const day = localDay(new Date())
  beforeAll(async () => {
    folder = withCounts()
    hub = await startRunning(pair, { mappings: folder })
    for (let n = 1; n <= cases; n++) {
      const caseNo = (date: string): string => `510700-${date}-${String(n).padStart(6, '0')}`
      await post('housing', 'acceptance', caseNo('20260905'))
      await post('market', 'inspection', caseNo('20260906'))
      await post('social', 'licence', caseNo('20260907'))
      if (n > cases - materials) await post('housing', 'material', caseNo('20260905'))
    }
    await settledAt(hub, 'province', cases + materials)
    await settledAt(hub, 'supervision', cases)
    await settledAt(hub, 'elicence', cases)
  })
  afterAll(async () => {
    await hub?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const post = async (
    department: 'housing' | 'market' | 'social',
    kind: Parameters<typeof buildMessage>[1],
    caseNo: string,
  ): Promise<void> => {
    const reply = await hub.post(signatories[department], buildMessage(department, kind, { caseNo }))
    expect(reply.status, reply.text).toBe(202)
  }
  const reconciled = (system: string): Promise<Run> => reconcile(hub, { ...why, system, day })
  const named = (run: Run, kind: string) => run.differences.filter((each) => each.kind === kind)

  test('by table: equal numbers are clean; too few are found by name and sent again; too many by number', async () => {
    const sent = cases + materials
    expect(await reconciled('province')).toMatchObject({ ...clean, sent, received: sent })

    const { lost } = await spoil(hub, 'province', { lose: 2 })
    const run = await reconciled('province')
    expect(run).toMatchObject({ state: 'done', sent, received: sent - 2, missing: 2, extra: 0 })
    expect(named(run, 'count')).toMatchObject([{ name: 'UP_PRO_ACCEPT', own: cases, theirs: cases - 2 }])
    expect(
      named(run, 'missing')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(lost.map((id) => `UP_PRO_ACCEPT ${id}`).sort())
    const { text } = await hub.ops('GET', `/reconciliations/${run.id}/report.csv`)
    expect(text).toContain(`数量不一致 count,UP_PRO_ACCEPT,,,,${cases},${cases - 2}`)

    const { json } = await hub.ops('POST', `/reconciliations/${run.id}/resend`, why)
    expect(json).toEqual({ resent: 2, left: 0 })
    await settledAt(hub, 'province', sent)
    expect(await reconciled('province')).toMatchObject({ ...clean, received: sent })

    await spoil(hub, 'province', { add: 3 })
    const more = await reconciled('province')
    expect(more).toMatchObject({ state: 'done', missing: 0, extra: 3, received: sent + 3 })
    expect(more.differences).toMatchObject([{ kind: 'count', own: cases, theirs: cases + 3 }])
  })

  test('as one number for the whole day', async () => {
    expect(await reconciled('supervision')).toMatchObject({ ...clean, sent: cases, received: cases })
    const { lost } = await spoil(hub, 'supervision', { lose: 1 })
    const run = await reconciled('supervision')
    expect(run).toMatchObject({ missing: 1, extra: 0, received: cases - 1 })
    expect(named(run, 'count')).toMatchObject([{ name: '', own: cases, theirs: cases - 1 }])
    expect(named(run, 'missing').map(({ name }) => name)).toEqual(lost)
  })

  test('resend: auto sends again by itself, signed by the hub', async () => {
    expect(await reconciled('elicence')).toMatchObject(clean)
    const { lost } = await spoil(hub, 'elicence', { lose: 2 })
    const run = await reconciled('elicence')
    expect(run).toMatchObject({ state: 'done', missing: 2 })
    await vi.waitFor(async () => {
      const { differences } = (await hub.ops('GET', `/reconciliations/${run.id}`)).json as Run
      expect(differences.map(({ name, resolved }) => [name, resolved]).sort()).toEqual(
        lost.map((id) => [id, 'resent']).sort(),
      )
    }, 10_000)
    await settledAt(hub, 'elicence', cases)
    expect(await reconciled('elicence')).toMatchObject(clean)
    expect((await hub.ops('GET', '/dead')).json).toMatchObject({ dead: [] })
  })
})
