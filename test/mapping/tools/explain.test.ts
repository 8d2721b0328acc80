// qiao mapping explain: a mapping in words that a meeting understands, in both languages.
import { describe, expect, test } from 'vitest'
import { filesOf, inspect, sourcesOf } from '../../../cli/mapping/folder.ts'
import {
  type ExplainedTarget,
  type Explanation,
  explainMapping,
} from '../../../core/mapping/explain/explain.ts'
import { city } from './files.ts'
import { folderOf, tool, toolJson } from './tool.ts'

async function explain(mapping: string, ...more: string[]): Promise<Explanation> {
  const folder = folderOf(city)
  const { code, document } = await toolJson('explain', mapping, ...more, '--mappings', folder)
  expect(code).toBe(0)
  return document as Explanation
}

const one = ({ targets }: Explanation, target: string): ExplainedTarget => {
  const found = targets.find((each) => each.target === target)
  if (found === undefined) throw new Error(`no target ${target}`)
  return found
}

describe('an intake', () => {
  test('what it is', async () => {
    expect(await explain('dept/order')).toMatchObject({
      mapping: 'dept/order',
      file: 'dept/order.yaml',
      direction: 'intake',
      from: ['dept/order'],
      to: 'order.placed',
      format: 'json',
      title: '订单提交',
    })
  })

  test('each target with its names, type, demand, line and sources', async () => {
    expect(one(await explain('dept/order'), 'idNo')).toMatchObject({
      zh: '证件号码',
      type: 's18',
      required: 'N',
      personal: 'id',
      line: 7,
      sources: [{ path: 'person.idNo', zh: '证件号码', type: 's18' }],
    })
  })

  test.each([
    ['who', ['`person.name`', 'blanks'], ['姓名`person.name`', '去除首尾空白']],
    ['sex', ['code table sex', 'map dept'], ['代码表“性别”', '对照 dept']],
    ['call', ['first that is present', '`person.nick`; `person.name`'], ['第一个有值', '昵称`person.nick`']],
    ['phones', ['cut at ","'], ['按 "," 拆分']],
    ['big', ['when `lines[2].no` is there', '"大单"', 'otherwise: left out'], ['有值', '否则：不填']],
    [
      'lines',
      ['each element of `lines`', 'only where `lines[*].kept` is "1"'],
      ['行`lines`的每个元素', '只取'],
    ],
    [
      'parts',
      ['each element of `lines`', 'each element of `lines[*].parts`', 'one list'],
      ['合并为一个列表'],
    ],
    ['titles', ['`lines[*].title`', 'as one text with "、" between', '(500)'], ['以 "、" 连接', '（500）']],
  ])('%s in words', async (target, english, chinese) => {
    const { how } = one(await explain('dept/order', target), target)
    for (const part of english) expect(how.en).toContain(part)
    for (const part of chinese) expect(how.zh).toContain(part)
  })

  test('members of lists are targets of their own, with paths of the document', async () => {
    const explained = await explain('dept/order')
    expect(one(explained, 'lines[*].order').sources).toMatchObject([{ path: 'orderNo' }])
    expect(one(explained, 'lines[*].title').sources).toMatchObject([{ path: 'lines[*].title', zh: '品名' }])
    expect(one(explained, 'parts[*].code').sources).toMatchObject([{ path: 'lines[*].parts[*].code' }])
    expect(one(explained, 'parts[*].line').sources).toMatchObject([{ path: 'lines[*].no', type: 'int' }])
  })

  test('codes with their labels, and the rules a value can break', async () => {
    const { codes, checks } = one(await explain('dept/order'), 'sex')
    expect(codes).toMatchObject([
      {
        table: 'sex',
        title: '性别',
        map: 'dept',
        values: [
          { from: 'M', to: '1', zh: '男' },
          { from: 'F', to: '2', zh: '女' },
        ],
      },
    ])
    expect(checks.map(({ rule }) => rule)).toEqual(['length', 'code', 'retired'])
    for (const { en, zh } of checks)
      expect([/[a-z]{2}/.test(en), /[\u4e00-\u9fff]/.test(zh)]).toEqual([true, true])
  })
})

describe('an outbound mapping', () => {
  test.each([
    ['BATCH', ['`acceptedAt` of the message itself', 'written as `yyyyMMddHHmmss`'], ['消息自身的', '写为']],
    ['SEAL', ['result of step seal, `signed`'], ['步骤 seal 的结果']],
    ['ROWS', ['one list of several', '`lines`', '`parts`'], ['多个列表合并']],
    [
      'GROUPS',
      ['rows of `lines`, those of equal `lines[*].title` as one'],
      ['品名`lines[*].title`相同者合为一项'],
    ],
    ['GROUPS[*].TITLE', ['`lines[*].title`'], ['品名']],
    ['GROUPS[*].NOS', ['each element of `lines`'], ['行`lines`的每个元素']],
  ])('%s in words', async (target, english, chinese) => {
    const { how } = one(await explain('plat/rows', target), target)
    for (const part of english) expect(how.en).toContain(part)
    for (const part of chinese) expect(how.zh).toContain(part)
  })

  test('a target that two lists fill is told for each of them', async () => {
    const { targets } = await explain('plat/rows', 'ROWS')
    const ids = targets.filter(({ target }) => target === 'ROWS[*].ID')
    expect(ids.map(({ line, sources }) => [line, sources[0]?.path])).toEqual([
      [11, 'lines[*].no'],
      [12, 'parts[*].code'],
    ])
  })
})

test('the text is Markdown with a section for each target', async () => {
  const { code, written, told } = await tool('explain', 'dept/order', 'sex', '--mappings', folderOf(city))
  expect([code, told]).toEqual([0, ''])
  expect(written.split('\n').slice(0, 9)).toEqual([
    '# dept/order',
    '',
    'dept/order → order.placed 订单提交 (intake 接入, json, dept/order.yaml)',
    '',
    '## `sex` 性别',
    '',
    's1, optional 可选, line 行 8',
    '',
    '- source 来源: `person.sex` 性别 (s1)',
  ])
  expect(written).toContain('- codes 代码 sex:\n  - `M` → `1` 男\n  - `F` → `2` 女')
  expect(written).toMatch(/- check 校验 `code`: .+ \/ .+/)
})

test('every shipped mapping can be explained, and every target of it says how', () => {
  const { bundle } = inspect(filesOf('mappings'))
  if (bundle === undefined) throw new Error('the shipped files are wrong')
  const sources = sourcesOf(bundle)
  expect(bundle.library.mappings.length).toBeGreaterThan(60)
  for (const mapping of bundle.library.mappings) {
    const { targets } = explainMapping(mapping, bundle.library, sources) ?? { targets: [] }
    expect([mapping, targets.length > 0]).toEqual([mapping, true])
    const silent = targets.filter(
      ({ how: { en, zh } }) => en === '' || zh === '' || /undefined/.test(en + zh),
    )
    expect([mapping, silent.map(({ target }) => target)]).toEqual([mapping, []])
    // inside lists too every source is a field of the document
    const lost = targets.flatMap(({ target, sources: from }) =>
      from
        .filter(({ path, type }) => type === undefined && path !== '$')
        .map(({ path }) => `${target} ← ${path}`),
    )
    expect([mapping, lost]).toEqual([mapping, []])
  }
})

test('names there are none of', async () => {
  const folder = folderOf(city)
  const mapping = await tool('explain', 'dept/ordr', '--mappings', folder, '--json')
  expect(mapping).toMatchObject({ code: 2, written: '' })
  expect(mapping.told).toContain('did you mean "dept/order"? / 没有映射 dept/ordr，是否应为“dept/order”？')
  const target = await tool('explain', 'dept/order', 'sexx', '--mappings', folder)
  expect(target.told).toContain('dept/order has no target sexx; did you mean "sex"?')
})
