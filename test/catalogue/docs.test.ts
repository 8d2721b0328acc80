// The two pages of the catalogue and its tests name the same rows.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('.', import.meta.url)
const every = Array.from({ length: 22 }, (_, i) => i + 1)

/** Rows that a file of this folder tests, by number. */
function testedIn(file: string): number[] {
  const text = readFileSync(new URL(file, folder), 'utf8')
  return [...text.matchAll(/^ +test\('(\d\d) /gm)].map((found) => Number(found[1]))
}

/** The rows of a page: number, and the file of its test. */
function rowsOf(page: string): [number, string][] {
  const text = readFileSync(new URL(`../../docs/${page}`, folder), 'utf8')
  const rows = text.matchAll(/^\| (\d+) \|.*\| \[(\w+)\]\(\.\.\/test\/catalogue\/(\2\.test\.ts)\) \|$/gm)
  return [...rows].map(([, number, , file]) => [Number(number), file ?? ''])
}

test('every row has one test', () => {
  const tested = readdirSync(folder).flatMap(testedIn)
  expect(tested.sort((a, b) => a - b)).toEqual(every)
})

test.each(['catalogue.md', 'catalogue.zh-CN.md'])(
  '%s has every row, and names the file of its test',
  (page) => {
    const rows = rowsOf(page)
    expect(rows.map(([number]) => number)).toEqual(every)
    for (const [number, file] of rows)
      expect([number, testedIn(file)]).toEqual([number, expect.arrayContaining([number])])
  },
)

test.each([
  ['README.md', 'docs/catalogue.md'],
  ['README.zh-CN.md', 'docs/catalogue.zh-CN.md'],
])('%s leads to %s', (readme, page) => {
  expect(readFileSync(new URL(`../../${readme}`, folder), 'utf8')).toContain(`](${page})`)
})
