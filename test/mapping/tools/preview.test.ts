// qiao mapping preview: the result, which source values each of its values came from, and what must not be seen.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Preview, PreviewValue } from '../../../core/mapping/preview/types.ts'
import { city, order, placed } from './files.ts'
import { folderOf, tool, toolJson } from './tool.ts'

type Shown = Omit<Preview, 'privacy'> & { masked: boolean }

/** Previews a document; `--plain` unless the masks are the point. */
async function preview(mapping: string, document: unknown, ...more: string[]) {
  const folder = folderOf(city)
  const file = join(folder, 'document.json')
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document))
  const { code, document: shown } = await toolJson(
    ...['preview', mapping, file, '--mappings', folder],
    ...more,
  )
  return { code, ...(shown as Shown) }
}

const told = ({ sources }: PreviewValue): string[] => sources.map(({ path }) => path)

/** The values of the only result by path. */
function valuesOf({ results }: Shown): Map<string, PreviewValue> {
  expect(results).toHaveLength(1)
  return new Map(results[0]?.values.map((value) => [value.path, value]))
}

describe('an intake', () => {
  test('every value with what it was really made from', async () => {
    const shown = await preview('dept/order', order, '--plain')
    expect(shown).toMatchObject({ code: 0, ok: true, mapping: 'dept/order', file: 'dept/order.yaml' })
    const values = valuesOf(shown)
    const from = (path: string): [unknown, string[]] => {
      const value = values.get(path)
      return [value?.value, value ? told(value) : []]
    }
    expect(from('orderNo')).toEqual(['A1', ['orderNo']])
    expect(from('who')).toEqual(['张三丰', ['person.name']])
    expect(from('sex')).toEqual(['2', ['person.sex']])
    // of several to choose from, only the one that was taken
    expect(from('call')).toEqual(['张三丰', ['person.name']])
    expect(from('phones[1]')).toEqual(['19900000002', ['phones']])
    expect(from('titles')).toEqual(['甲、乙、甲', ['lines[0].title', 'lines[1].title', 'lines[2].title']])
    // a filter moves places: the first line of the result is the second of the source
    expect(from('lines[0].no')).toEqual([2, ['lines[1].no']])
    expect(from('lines[1].title')).toEqual(['甲', ['lines[2].title']])
    expect(from('lines[1].order')).toEqual(['A1', ['orderNo']])
    // lists inside lists, put into one
    expect(from('parts[0].code')).toEqual(['P1', ['lines[0].parts[0].code']])
    expect(from('parts[2].code')).toEqual(['P3', ['lines[1].parts[1].code']])
    expect(from('parts[2].line')).toEqual([2, ['lines[1].no']])
  })

  test('a code has its label, a condition what it was decided by, each value its line', async () => {
    const values = valuesOf(await preview('dept/order', order, '--plain'))
    expect(values.get('sex')).toMatchObject({
      kind: 'code',
      means: '女',
      zh: '性别',
      line: 8,
      sources: [{ path: 'person.sex', value: 'F' }],
    })
    expect(values.get('big')).toMatchObject({
      value: '大单',
      kind: 'when',
      sources: [],
      conditions: [{ path: 'lines[2].no', value: 3 }],
    })
    expect(values.get('lines[0].no')).toMatchObject({ target: 'lines[*].no', zh: '行号', line: 15 })
    expect(values.get('parts[0].code')).toMatchObject({ target: 'parts[*].code', line: 18 })
  })

  test('what stayed empty and why, and what no target took', async () => {
    const { person, ...rest } = order
    const small = { ...rest, person: { name: person.name }, lines: [{ no: 1, title: '甲' }] }
    const { results, unused } = await preview('dept/order', small, '--plain')
    const gaps = Object.fromEntries(results[0]?.gaps.map(({ target, reason }) => [target, reason.en]) ?? [])
    expect(gaps).toEqual({
      idNo: 'source absent: `person.idNo`',
      sex: 'source absent: `person.sex`',
      big: 'condition false: `lines[2].no` is there',
      lines: 'source absent: `lines[*].kept`',
      parts: 'source absent: `lines[*].parts`',
    })
    expect(results[0]?.gaps.map(({ line }) => line)).toEqual([7, 8, 11, 12, 16])
    // the number of a line that was not kept
    expect(unused.map(({ path }) => path)).toEqual(['unread', 'lines[0].no'])
  })

  test('personal data is masked, wherever it went', async () => {
    const shown = await preview('dept/order', { ...order, unread: '张三丰' })
    const text = JSON.stringify(shown)
    for (const secret of ['张三丰', '510700190101010012', '19900000001']) expect(text).not.toContain(secret)
    const values = valuesOf(shown)
    expect(values.get('who')).toMatchObject({ value: '张*', sources: [{ value: '张*' }] })
    expect(values.get('idNo')?.value).toBe('5107**********0012')
    expect(values.get('phones[0]')?.value).toBe('199****0001')
    expect(shown.unused).toEqual([{ path: 'unread', value: '张*' }])
    expect(shown.masked).toBe(true)
  })

  test('a refusal names the place in the document and the line of the mapping', async () => {
    const shown = await preview('dept/order', { ...order, person: { name: '张三丰', sex: 'X' } })
    expect(shown).toMatchObject({ code: 1, ok: false, error: 'message.invalid', results: [] })
    expect(shown.issues).toEqual([
      {
        path: 'person.sex',
        rule: 'code',
        line: 8,
        en: expect.stringContaining('性别'),
        zh: expect.stringContaining('性别'),
      },
    ])
    expect(await preview('dept/order', '{ "orderNo": ')).toMatchObject({
      code: 1,
      error: 'body.json',
      detail: expect.stringContaining('line 1'),
    })
  })

  test('records of a list, each with its own places', async () => {
    const files = {
      ...city,
      'schemas/dept/batch.yaml':
        'title: 批\nfields: [{ name: head, type: s5, req: N }, { name: rows, type: list, req: Y, fields: [{ name: no, type: s20, req: Y }, { name: who, type: s50, req: Y, personal: name }, { name: line, type: int, req: N }] }]\n',
      'dept/batch.yaml':
        'from: dept/batch\nto: order.placed\nformat: json\nsplit: rows\ngroup: [no]\nfields:\n  orderNo: first.no\n  who: first.who\n  call: { template: "{$.head}级" }\n  lines: { each: rows, fields: { no: line, order: no } }\n',
    }
    const folder = folderOf(files)
    const rows = [
      { no: 'A', who: '甲某', line: 1 },
      { no: 'B', who: '乙某', line: 2 },
      { no: 'A', who: '甲某', line: 3 },
    ]
    writeFileSync(join(folder, 'd.json'), JSON.stringify({ head: 'x', rows }))
    const { document } = await toolJson(
      ...['preview', 'dept/batch', join(folder, 'd.json'), '--mappings', folder, '--plain'],
    )
    const { results, unused } = document as Shown
    const places = results.map(({ values }) => values.map((value) => `${value.path} ← ${told(value)}`))
    expect(places).toEqual([
      [
        'orderNo ← rows[0].no',
        'who ← rows[0].who',
        'call ← head',
        'lines[0].no ← rows[0].line',
        'lines[0].order ← rows[0].no',
        'lines[1].no ← rows[2].line',
        'lines[1].order ← rows[2].no',
      ],
      [
        'orderNo ← rows[1].no',
        'who ← rows[1].who',
        'call ← head',
        'lines[0].no ← rows[1].line',
        'lines[0].order ← rows[1].no',
      ],
    ])
    // the name of the third row is that of the first: nobody took it from there
    expect(unused.map(({ path }) => path)).toEqual(['rows[2].who'])
  })
})

describe('an outbound mapping', () => {
  test('lists of several lists, groups, generated values, and a document inside a text field', async () => {
    const folder = folderOf({ ...city, 'steps.json': JSON.stringify({ seal: { signed: 'SIG' } }) })
    writeFileSync(join(folder, 'd.json'), JSON.stringify(placed))
    const { code, document } = await toolJson(
      ...['preview', 'plat/rows', join(folder, 'd.json'), '--mappings', folder, '--plain'],
      ...['--steps', join(folder, 'steps.json')],
    )
    expect(code).toBe(0)
    const values = valuesOf(document as Shown)
    const from = (path: string): string[] => told(values.get(path) as PreviewValue)
    expect(values.get('SEAL')).toMatchObject({
      value: 'SIG',
      sources: [{ path: 'step seal.signed', value: 'SIG' }],
    })
    expect(from('BATCH')).toEqual(['meta acceptedAt'])
    expect(values.get('HEAD.NO')).toMatchObject({ value: 'A1', sources: [{ path: 'orderNo', value: 'A1' }] })
    expect(values.get('ROWS[0].NAME')).toMatchObject({ value: '第2行', kind: 'template', line: 11 })
    expect(from('ROWS[0].NAME')).toEqual(['lines[0].no'])
    expect(from('ROWS[2].ID')).toEqual(['lines[2].no'])
    expect(values.get('ROWS[3].NAME')).toMatchObject({ value: 'P2', line: 12 })
    expect(from('ROWS[3].NAME')).toEqual(['parts[0].code'])
    expect(from('GROUPS[0].TITLE')).toEqual(['lines[0].title'])
    expect(from('GROUPS[0].NOS[1]')).toEqual(['lines[2].no'])
    expect(from('GROUPS[1].NOS[0]')).toEqual(['lines[1].no'])
  })

  test('a document that is not its canonical type is told, with what that leads to', async () => {
    const shown = await preview('plat/rows', { orderNo: 'A1', lines: [{ no: 'x' }] })
    expect(shown).toMatchObject({ code: 1, ok: false, error: 'message.invalid' })
    expect(shown.issues.map(({ path, rule }) => `${path} ${rule}`)).toContain('WHO required')
    expect(shown.misfits.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      'who required',
      'lines[0].no type',
      'lines[0].order required',
    ])
    // one that still converts is shown, and told all the same
    const strange = await preview('plat/rows', { ...placed, sex: '9' })
    expect(strange).toMatchObject({ code: 0, ok: true, misfits: [{ path: 'sex', rule: 'code' }] })
  })
})

test('the text: value, label, sources, condition, line; then gaps and what is not used', async () => {
  const folder = folderOf(city)
  writeFileSync(join(folder, 'd.json'), JSON.stringify({ ...order, phones: undefined }))
  const {
    code,
    written,
    told: errors,
  } = await tool(...['preview', 'dept/order', join(folder, 'd.json'), '--mappings', folder])
  expect([code, errors]).toEqual([0, ''])
  const lines = written.split('\n')
  const at = (start: string): number => lines.findIndex((line) => line.trim().startsWith(start))
  expect(lines[at('sex')]).toMatch(/^ {2}sex +"2" 女 {2}性别$/)
  expect(lines[at('sex') + 1]).toBe('      ← person.sex = "F"  (code, dept/order.yaml:8)')
  expect(lines[at('big') + 1]).toBe('      ← when 条件 lines[2].no = 3  (when, dept/order.yaml:11)')
  expect(lines[at('phones')]).toContain('source absent: `phones` / 来源为空：`phones`  (dept/order.yaml:10)')
  expect(at('empty / 未填:')).toBeGreaterThan(at('titles'))
  expect(lines.slice(at('not used')).join('\n')).toBe('not used / 未使用:\n  unread = "x"\n')
})

test('wrong calls', async () => {
  const folder = folderOf(city)
  const call = (...args: string[]) => tool('preview', ...args, '--mappings', folder)
  expect(await call('dept/order')).toMatchObject({
    code: 2,
    written: '',
    told: expect.stringContaining('请指定映射与文件'),
  })
  expect(await call('dept/ordr', join(folder, 'dept/order.yaml'))).toMatchObject({
    code: 2,
    told: expect.stringContaining('did you mean "dept/order"?'),
  })
  const missing = await call('dept/order', join(folder, 'nothing.json'))
  expect(missing).toMatchObject({
    code: 2,
    written: '',
    told: expect.stringContaining('cannot be read / 无法读取'),
  })
})
