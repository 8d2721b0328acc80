// qiao mapping check: everything wrong at its place, as text and as JSON; and what all tools say of wrong calls.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { city } from './files.ts'
import { folderOf, tool, toolJson } from './tool.ts'

const broken = {
  ...city,
  'dept/order.yaml': city['dept/order.yaml']?.replace('idNo: person.idNo', 'idNo: person.idN') ?? '',
}
const unused = { ...city, 'codes/idle.yaml': 'title: 无用\ncodes: { "1": { zh: 一 } }\n' }

describe('a folder without errors', () => {
  test('is counted', async () => {
    const folder = folderOf(city)
    const { code, written } = await tool('check', '--mappings', folder)
    expect(code).toBe(0)
    expect(written).toBe(
      '✓ 0 systems, 0 flows, 2 mappings, 0 recipes / 系统 0，流程 0，映射 2，签名方案 0，全部通过\n',
    )
    expect(await toolJson('check', '--mappings', folder)).toEqual({
      code: 0,
      document: {
        ok: true,
        errors: 0,
        warnings: 0,
        parts: { systems: 0, flows: 0, mappings: 2, schemas: 2, types: 1, codes: 1, recipes: 0 },
        problems: [],
      },
    })
  })

  test('may have warnings, which --strict takes for errors', async () => {
    const folder = folderOf(unused)
    const lenient = await tool('check', '--mappings', folder)
    expect(lenient.code).toBe(0)
    expect(lenient.written).toMatch(/^codes\/idle\.yaml:1:1: warning\[/)
    expect(lenient.written).toContain('1 warning / 警告 1 项')
    const strict = await tool('check', '--strict', '--mappings', folder)
    expect(strict.code).toBe(1)
    expect(strict.written).toContain('✗ 1 warning / 警告 1 项 (--strict)')
  })
})

describe('a folder with an error', () => {
  test('as text: place, rule, both languages, the line with a caret under the word', async () => {
    const { code, written } = await tool('check', '--mappings', folderOf(broken))
    expect(code).toBe(1)
    const [head = '', line = '', caret = '', sum] = written.split('\n')
    expect(head).toMatch(
      /^dept\/order\.yaml:7:9: error\[path\.unknown\]: .*did you mean "idNo"\? \/ .*是否应为“idNo”？$/,
    )
    expect(line).toBe('    7 |   idNo: person.idN')
    expect(caret.indexOf('^')).toBe(line.indexOf('person'))
    expect(sum).toBe('✗ 1 error / 错误 1 项')
  })

  test('as JSON', async () => {
    const { code, document } = await toolJson('check', '--mappings', folderOf(broken))
    expect(code).toBe(1)
    expect(document).toMatchObject({ ok: false, errors: 1, warnings: 0 })
    expect((document as { problems: unknown[] }).problems).toEqual([
      {
        file: 'dept/order.yaml',
        line: 7,
        column: 9,
        severity: 'error',
        rule: 'path.unknown',
        en: expect.stringContaining('idN'),
        zh: expect.stringContaining('idN'),
      },
    ])
    expect(document).not.toHaveProperty('parts')
  })

  test('is not told again wherever it leads to', async () => {
    const typo = city['schemas/dept/order.yaml']?.replaceAll('s50', 's5o') ?? ''
    const { document } = await toolJson(
      ...['check', '--mappings', folderOf({ ...city, 'schemas/dept/order.yaml': typo })],
    )
    const { problems } = document as { problems: { file: string; en: string }[] }
    expect(problems.map(({ file }) => file)).toEqual(Array(3).fill('schemas/dept/order.yaml'))
    const torn = folderOf({ ...city, 'dept/order.yaml': 'from: [' })
    expect(await toolJson('check', '--mappings', torn)).toMatchObject({
      document: { errors: 1, problems: [{ file: 'dept/order.yaml', rule: 'file.syntax' }] },
    })
  })

  test('keeps the other tools from working, and they say so', async () => {
    const folder = folderOf(broken)
    for (const call of [
      ['test'],
      ['explain', 'dept/order'],
      ['preview', 'dept/order', 'x.json'],
      ['shadow'],
    ]) {
      const text = await tool(...call, '--mappings', folder)
      expect([text.code, text.written]).toEqual([1, ''])
      expect(text.told).toContain('dept/order.yaml:7:9: error[path.unknown]')
      expect(text.told).toContain('✗ 1 error, nothing was done / 错误 1 项，未执行')
      const json = await toolJson(...call, '--mappings', folder)
      expect(json).toMatchObject({ code: 1, document: { ok: false, errors: 1 } })
    }
  })
})

describe('wrong calls of any tool', () => {
  test('a folder that is not there, or holds no files', async () => {
    const empty = folderOf({})
    mkdirSync(join(empty, 'inner'))
    for (const [folder, reason] of [
      [join(empty, 'nowhere'), 'cannot be read / 无法读取'],
      [empty, 'there are no YAML files in'],
    ] as const) {
      const calls = [['check'], ['test'], ['test', '--watch'], ['explain', 'a/b'], ['shadow']]
      for (const call of [...calls, ['scaffold', '--from', 'a.json', '--to', 'x']]) {
        const { code, written, told } = await tool(...call, '--mappings', folder, '--json')
        expect([call, code, written]).toEqual([call, 2, ''])
        expect(told).toContain(reason)
      }
    }
  })

  test.each([
    [
      ['check', '--strikt'],
      'there is no option "strikt"; did you mean "strict"? / 没有选项“strikt”，是否应为“strict”？',
    ],
    [['check', '--mappings'], '--mappings needs a value / --mappings 缺少取值'],
    [['check', '--json=yes'], '--json takes no value / --json 不带取值'],
    [['check', 'housing'], '"housing" is one word too many / “housing”多余'],
    [['explain'], 'which mapping? / 请指定映射'],
    [['scaffold'], '--from and --to are needed / 缺少 --from 或 --to'],
  ])('%j', async (call, reason) => {
    const { code, written, told } = await tool(...call)
    expect([code, written]).toEqual([2, ''])
    const [first, second, third] = told.split('\n')
    expect(first).toBe(`qiao: ${reason}`)
    expect(second).toContain(`usage: qiao mapping ${call[0]}`)
    expect(third).toContain('--help')
  })

  test('a tool there is none of', async () => {
    const { code, told } = await tool('chek')
    expect(code).toBe(2)
    expect(told).toContain('there is no tool chek; did you mean "check"? / 没有工具 chek，是否应为“check”？')
    expect((await tool()).told).toContain('usage: qiao mapping <tool>')
  })

  test('every tool has a help text in both languages, and says its exit codes', async () => {
    const { written } = await tool('--help')
    const names = [...written.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name)
    expect(names).toEqual(['check', 'test', 'preview', 'explain', 'shadow', 'scaffold', 'schemas'])
    for (const name of names) {
      const help = await tool(name, '--help')
      expect([name, help.code, help.told]).toEqual([name, 0, ''])
      expect(help.written).toContain(`usage: qiao mapping ${name}`)
      for (const part of ['Exit code 0', '退出码', '--mappings', '--json'])
        expect(help.written).toContain(part)
    }
  })
})
