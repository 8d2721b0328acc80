// qiao mapping schemas: the JSON Schema of every file kind, written beside the files.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { schemaFiles } from '../../../cli/mapping/schemas.ts'
import { city } from './files.ts'
import { folderOf, tool, toolJson } from './tool.ts'

test('writes what is missing or out of date, and nothing else', async () => {
  const folder = folderOf(city)
  const names = Object.keys(schemaFiles())
  const first = await tool('schemas', '--mappings', folder)
  expect(first).toMatchObject({ code: 0, told: '' })
  expect(first.written).toBe(
    `✓ ${names.length} schemas in ${join(folder, '.schema')}, ${names.length} written / 共 ${names.length} 个，写入 ${names.length} 个\n`,
  )
  expect(readdirSync(join(folder, '.schema')).sort()).toEqual([...names].sort())
  for (const name of names) {
    const schema = JSON.parse(readFileSync(join(folder, '.schema', name), 'utf8'))
    expect(schema).toMatchObject({ $schema: expect.stringContaining('json-schema.org') })
  }
  writeFileSync(join(folder, '.schema', 'mapping.json'), '{}')
  const again = await toolJson('schemas', '--mappings', folder)
  expect(again.document).toMatchObject({ ok: true, stale: ['mapping.json'], written: true })
  // hidden from the other tools
  expect((await tool('check', '--mappings', folder)).code).toBe(0)
})

test('--check writes nothing', async () => {
  const folder = folderOf(city)
  const missing = await tool('schemas', '--check', '--mappings', folder)
  expect(missing.code).toBe(1)
  expect(missing.written).toContain(
    `✗ ${join(folder, '.schema', 'mapping.json')}: missing or out of date / 缺失或已过期`,
  )
  expect(readdirSync(folder)).not.toContain('.schema')
  await tool('schemas', '--mappings', folder)
  const { code, document } = await toolJson('schemas', '--check', '--mappings', folder)
  expect([code, document]).toMatchObject([0, { ok: true, stale: [], written: false }])
})

test('--lines names the schema in the first line of every file, once', async () => {
  const folder = folderOf(city)
  const { document } = await toolJson('schemas', '--lines', '--check', '--mappings', folder)
  expect(document).toMatchObject({
    ok: false,
    lines: Object.keys(city)
      .sort()
      .map((name) => join(folder, name)),
  })
  expect((await tool('schemas', '--lines', '--mappings', folder)).code).toBe(0)
  for (const [name, text] of Object.entries(city)) {
    const [line, ...rest] = readFileSync(join(folder, name), 'utf8').split('\n')
    expect(rest.join('\n')).toBe(text)
    const schema = line?.replace('# yaml-language-server: $schema=', '') ?? ''
    expect(JSON.parse(readFileSync(join(folder, dirname(name), schema), 'utf8'))).toHaveProperty('$schema')
  }
  const again = await toolJson('schemas', '--lines', '--mappings', folder)
  expect(again.document).toMatchObject({ ok: true, stale: [], lines: [] })
  expect((await tool('check', '--mappings', folder)).code).toBe(0)
})

test('a folder that is not there is not made', async () => {
  const nowhere = join(folderOf({}), 'nowhere')
  expect(await tool('schemas', '--mappings', nowhere)).toMatchObject({ code: 2, written: '' })
})
