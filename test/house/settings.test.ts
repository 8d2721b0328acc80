// Every setting core/config.ts reads stands in .env.example and in the tables of both READMEs.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (file: string): string => readFileSync(file, 'utf8')
const settings = [
  ...new Set(read('core/config.ts').match(/\b(QIAO_[A-Z_]+|OTEL_[A-Z_]+|DATABASE_URL|REDIS_URL)\b/g)),
].sort()
/** what only tests set: nothing a reader should be led to */
const hidden = ['QIAO_TEST', 'QIAO_WITHOUT']

test('.env.example has them all', () => {
  expect(settings.length).toBeGreaterThan(12)
  const example = read('.env.example')
  expect(settings.filter((name) => !example.includes(`# ${name}=`))).toEqual([])
})

test.each(['README.md', 'README.zh-CN.md'])('%s has them all in its table', (file) => {
  const rows = read(file)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const told = settings.filter((name) => !hidden.includes(name))
  expect(told.filter((name) => !rows.some((row) => row.split('|')[1]?.includes(`\`${name}\``)))).toEqual([])
})
