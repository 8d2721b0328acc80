// qiao mapping scaffold as it is called: printed, written, refused.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderOf, tool, toolJson } from '../tools/tool.ts'

const sql =
  "CREATE TABLE a (bjbh varchar(50) NOT NULL COMMENT '办件编号', sxmc varchar(100) COMMENT '事项名称');"
const shipped = ['--mappings', 'mappings']

function file(name: string, text: string): string {
  const path = join(folderOf({}), name)
  writeFileSync(path, text)
  return path
}

test('prints the drafts, and how many lines are what', async () => {
  const { code, written, told } = await tool(
    ...[
      'scaffold',
      '--from',
      file('a.sql', sql),
      '--to',
      'case.accepted',
      '--name',
      'dept/acceptance',
      ...shipped,
    ],
  )
  expect(code).toBe(0)
  const parts = [...written.matchAll(/^# ---- (.+)$/gm)].map(([, name]) => name)
  expect(parts).toEqual(['schemas/dept/acceptance.yaml', 'dept/acceptance.yaml'])
  expect(written).toContain('  caseNo: bjbh # ')
  expect(told).toMatch(
    /^2 lines sure, \d+ to decide \(\d+ required\), \d+ without a source \/ 确定 2 行，待补 \d+ 行（必填 \d+），无来源 \d+ 行\n$/,
  )
})

test('writes them; check then refuses exactly the gaps', async () => {
  const out = folderOf({})
  const sample = file('s.json', '{ "caseNo": "510700-20260601-000001", "itemName": "某事项" }')
  const call = [
    'scaffold',
    '--from',
    sample,
    '--to',
    'case.accepted',
    '--name',
    'dept/acceptance',
    '--out',
    out,
  ]
  const { code, written } = await tool(...call, ...shipped)
  expect(code).toBe(0)
  const paths = written.trim().split('\n')
  expect(paths).toEqual(
    ['schemas/dept/acceptance.yaml', 'dept/acceptance.yaml', 'dept/acceptance.cases.yaml'].map((name) =>
      join(out, name),
    ),
  )
  const mapping = readFileSync(paths[1] ?? '', 'utf8')
  const again = await tool(...call, ...shipped)
  expect(again).toMatchObject({ code: 1, written: '' })
  expect(again.told).toMatch(/kept, not overwritten: .+ \/ 文件已存在，未覆盖：/)
  writeFileSync(paths[1] ?? '', '# mine\n')
  expect((await tool(...call, '--force', ...shipped)).code).toBe(0)
  expect(readFileSync(paths[1] ?? '', 'utf8')).toBe(mapping)
})

test('as JSON: files, decisions and counts', async () => {
  const { code, document } = await toolJson(
    ...['scaffold', '--from', 'case.accepted', '--to', 'province/accept', ...shipped],
  )
  expect(code).toBe(0)
  const { files, decisions, ...rest } = document as {
    files: Record<string, string>
    decisions: { target: string; state: string; source?: string; candidates: unknown[] }[]
  }
  expect(Object.keys(files)).toEqual(['province/accept.yaml'])
  expect(decisions.find(({ target }) => target === 'ProjectNo')).toMatchObject({
    state: 'sure',
    source: 'caseNo',
    required: true,
    score: expect.any(Number),
  })
  const count = (state: string): number => decisions.filter((each) => each.state === state).length
  expect(rest).toEqual({
    ok: true,
    sure: count('sure'),
    gaps: count('gap'),
    requiredGaps: expect.any(Number),
    none: count('none'),
    skippedTables: [],
  })
  expect(existsSync('province/accept.yaml')).toBe(false)
})

test('a field table and samples together', async () => {
  const table = file(
    't.csv',
    '字段名,中文名称,类型,长度,必填\nbjbh,办件编号,字符,50,是\nxmmc,事项名称,字符,200,是\n',
  )
  const sample = file('s.json', '{ "bjbh": "510700-20260601-000001", "xmmc": "某事项" }')
  const { document } = await toolJson(
    ...['scaffold', '--from', sample, '--from', table, '--to', 'case.accepted', '--name', 'd/a', ...shipped],
  )
  const { files } = document as { files: Record<string, string> }
  expect(files['schemas/d/a.yaml']).toContain('- { name: bjbh, zh: "办件编号", type: s50, req: Y }')
  expect(files['d/a.yaml']).toContain('caseNo: bjbh # ')
  expect(files['d/a.yaml']).toContain('item.name: xmmc # ')
})

test('a DDL of several tables asks which', async () => {
  const two = file('two.sql', `${sql}\nCREATE TABLE b (x int);`)
  const call = ['scaffold', '--from', two, '--to', 'case.accepted', ...shipped]
  const asked = await tool(...call)
  expect([asked.code, asked.told]).toEqual([
    1,
    'qiao: choose a table with --table: a, b / 请用 --table 指定表：a、b\n',
  ])
  const one = await toolJson(...call, '--table', 'A')
  expect(one).toMatchObject({ code: 0, document: { ok: true, skippedTables: ['b'] } })
})

test.each([
  [['--to', 'case.acceptd'], /did you mean "case\.accepted"\? \/ .*是否应为“case\.accepted”？/],
  [
    ['--to', 'case.accepted', '--name', 'acceptance'],
    /--name is <department>\/<message>, not acceptance \/ /,
  ],
])('names that cannot be: %j', async (more, reason) => {
  const from = file('a.sql', sql)
  const text = await tool('scaffold', '--from', from, ...more, ...shipped)
  expect([text.code, text.written]).toEqual([1, ''])
  expect(text.told).toMatch(reason)
  const json = await toolJson('scaffold', '--from', from, ...more, ...shipped)
  expect(json).toMatchObject({
    code: 1,
    document: { ok: false, en: expect.any(String), zh: expect.any(String) },
  })
})

test('inputs that cannot be read', async () => {
  const call = (from: string) => tool('scaffold', '--from', from, '--to', 'case.accepted', ...shipped)
  expect((await call('housing/acceptanc')).told).toContain('did you mean "housing/acceptance"?')
  expect((await call(file('s.json', '{ "a": '))).told).toMatch(
    /^qiao: the sample cannot be read: .+ \/ 样例无法读取：/,
  )
  expect((await call(file('s.sql', 'CREATE TABLE'))).told).toContain(
    'no CREATE TABLE could be read / 未读到建表语句',
  )
})
