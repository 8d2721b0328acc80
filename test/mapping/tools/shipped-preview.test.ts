// Every accepted case of the shipped mappings, previewed: each value of the result has its sources.
import { describe, expect, test } from 'vitest'
import { filesOf, inspect, sourcesOf } from '../../../cli/mapping/folder.ts'
import { type CaseFile, casesShape } from '../../../core/mapping/case-file.ts'
import { encodeText } from '../../../core/mapping/format/charset.ts'
import { previewMapping } from '../../../core/mapping/preview/preview.ts'

const { bundle } = inspect(filesOf('mappings'))
if (bundle === undefined) throw new Error('the shipped files are wrong')
const { library } = bundle
const sources = sourcesOf(bundle)
const cases = library.mappings.flatMap((name) => {
  const file = sources.get(`${name}.cases.yaml`)
  const rows = file === undefined ? [] : casesShape.parse(file.data)
  return rows.filter(({ expect: wanted }) => wanted !== undefined).map((row) => ({ name, row }))
})

async function previewCase(name: string, { given, text, meta = {}, steps = {} }: CaseFile) {
  const written = text ?? (typeof given === 'string' ? given : JSON.stringify(given))
  const charset = /^<\?xml[^>]*encoding="(?:gbk|gb18030)"/i.test(written) ? 'gb18030' : 'utf-8'
  const times = { acceptedAt: '2026-03-02 09:30:00', now: '2026-03-02 09:30:00' }
  const isForm = library.intake(name)?.format === 'form'
  return previewMapping(name, library, sources, {
    body: encodeText(written, charset),
    contentType: isForm ? 'application/x-www-form-urlencoded' : undefined,
    context: { meta: { messageId: 'm', source: name.split('/')[0] ?? '', ...times, ...meta }, steps },
  })
}

describe.each([...new Set(cases.map(({ name }) => name))])('%s', (mapping) => {
  test('shows where each value came from', async () => {
    for (const { row } of cases.filter(({ name }) => name === mapping)) {
      const preview = await previewCase(mapping, row)
      expect([row.case, preview?.ok, preview?.issues, preview?.misfits]).toEqual([row.case, true, [], []])
      const values = preview?.results.flatMap((result) => result.values) ?? []
      const isEmpty = JSON.stringify(row.expect) === '{}'
      expect([row.case, values.length > 0]).toEqual([row.case, !isEmpty])
      const silent = values.filter(
        ({ kind, sources: from, conditions }) =>
          kind !== 'const' && from.length === 0 && conditions.length === 0,
      )
      expect([row.case, silent.map(({ path }) => path)]).toEqual([row.case, []])
    }
  })
})
