// A draft is refused by the checker at its gaps, at each of them and nowhere else; filled, it passes.
import { describe, expect, test } from 'vitest'
import { adapters } from '../../../adapters/index.ts'
import { compileLibrary } from '../../../core/mapping/library.ts'
import type { Drafts, Input } from '../../../core/mapping/scaffold/scaffold.ts'
import { GAP } from '../../../core/mapping/scaffold/write-mapping.ts'
import { errorsOf, readYaml } from '../../../core/yaml.ts'
import { fieldTableOf } from './documents.ts'
import { draft, intakes, mappingOf, outbounds, samplesOf, sourceOf, tables } from './shipped.ts'

const functions = Object.assign({}, ...adapters().map((adapter) => adapter.functions ?? {}))

/** Lines of the mapping with errors; `elsewhere` those of its schema. */
function refused(name: string, { files }: Drafts, text = files[`${name}.yaml`] ?? '') {
  const schema = Object.entries(files).filter(([file]) => file.startsWith('schemas/'))
  const sources = [...schema, [`${name}.yaml`, text] as const].map(([file, content]) =>
    readYaml(file, content),
  )
  const replaced = new Set(sources.map(({ file }) => file))
  const others = tables.filter(({ file }) => !replaced.has(file))
  const errors = errorsOf(compileLibrary([...others, ...sources], functions).problems)
  return {
    lines: [...new Set(errors.filter(({ file }) => file === `${name}.yaml`).map(({ line }) => line))],
    elsewhere: errors.filter(({ file }) => file !== `${name}.yaml`).map(({ file, en }) => `${file} ${en}`),
  }
}

const gapLine = new RegExp(`^(\\s*)("?)([^":]+)\\2: ${GAP}`)

function gapsOf({ files }: Drafts, name: string): number[] {
  const lines = (files[`${name}.yaml`] ?? '').split('\n')
  return lines.flatMap((line, i) => (gapLine.test(line) ? [i + 1] : []))
}

/** The draft with every gap filled as the shipped mapping does it, or deleted where that has no line. */
function filled({ files }: Drafts, name: string): string {
  const { fields } = mappingOf(name)
  return (files[`${name}.yaml`] ?? '')
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', , target = ''] = gapLine.exec(line) ?? []
      if (target === '') return [line]
      return fields[target] === undefined ? [] : [`${indent}${target}: ${JSON.stringify(fields[target])}`]
    })
    .join('\n')
}

const schema = (name: string): Input[] => [{ schema: sourceOf(name) }]
const table = (name: string): Input[] => [
  { file: 'table.csv', bytes: Buffer.from(fieldTableOf(sourceOf(name).fields)) },
]

describe.each([
  { from: 'schemas', names: intakes(), inputs: schema },
  { from: 'samples', names: intakes(), inputs: samplesOf },
  { from: 'field tables', names: intakes(), inputs: table },
  { from: 'canonical types', names: outbounds(), inputs: schema },
])('drafts from $from', ({ names, inputs }) => {
  test('are refused at their gaps and nowhere else', () => {
    let gaps = 0
    for (const name of names) {
      const drafts = draft(name, inputs(name))
      const wanted = gapsOf(drafts, name)
      expect([name, refused(name, drafts)]).toEqual([name, { lines: wanted, elsewhere: [] }])
      expect(drafts.decisions.filter(({ state }) => state === 'gap')).toHaveLength(wanted.length)
      gaps += wanted.length
    }
    expect(gaps).toBeGreaterThan(names.length)
  })
})

test('filled, every draft of a shipped source passes', () => {
  for (const name of intakes()) {
    const drafts = draft(name, schema(name))
    expect([name, refused(name, drafts, filled(drafts, name))]).toEqual([name, { lines: [], elsewhere: [] }])
  }
})

test('a required gap that is deleted is refused for what is missing', () => {
  const name = 'housing/acceptance'
  const drafts = draft(name, [
    { file: 's.json', bytes: Buffer.from('{ "caseNo": "510700-20260601-000001" }') },
  ])
  const text = (drafts.files[`${name}.yaml`] ?? '').split('\n').filter((line) => !gapLine.test(line))
  expect(refused(name, drafts, text.join('\n')).lines.length).toBeGreaterThan(0)
})

test('a gap says what could be meant and why it is not said', () => {
  const sample = { caseNo: '510700-20260601-000001', creditCode: '91510700MA00000151', applicantKind: 'Q' }
  const { files, decisions } = draft('housing/acceptance', [
    { file: 's.json', bytes: Buffer.from(JSON.stringify(sample)) },
  ])
  const text = files['housing/acceptance.yaml'] ?? ''
  expect(text).toMatch(
    new RegExp(
      `organisation\\.code: ${GAP} # .*candidates: creditCode 0\\.\\d\\d; it does not say whose it is`,
    ),
  )
  expect(text).toContain(
    `applicant.type: ${GAP} # 申请人类型, s2 applicant-type, required – candidates: applicantKind`,
  )
  expect(text).toContain('#   applicant.type: { code: applicant-type, map: housing, path: applicantKind }')
  expect(text).toContain('# none 无来源: legalDays')
  expect(decisions.find(({ target }) => target === 'legalDays')).toMatchObject({
    state: 'none',
    candidates: [],
  })
  // values of a sample are evidence and are never written
  for (const value of Object.values(sample).filter((each) => each.length > 1))
    expect(text).not.toContain(value)
})
