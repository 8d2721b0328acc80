// By when each step was promised: what the document says, or the step's own time after acceptance, whichever comes first.
import { expect, test } from 'vitest'
import { eseal } from '../../adapters/eseal/index.ts'
import { inspectBundle } from '../../core/flow/bundle.ts'
import { planDeliveries } from '../../core/flow/place.ts'
import { files } from './small.ts'

const type = files['canonical/thing.done.yaml']
const written = {
  ...files,
  'canonical/thing.done.yaml': `${type.replace('fields:', 'coverage: { item: paper, due: { at: until } }\nfields:')}  - { name: until, type: datetime }\n`,
  'flows/thing.done.yaml': files['flows/thing.done.yaml'].replace(
    '  - step: store',
    '    within: 5m\n  - step: store',
  ),
}
const acceptedAt = '2026-03-02T01:30:00.000Z'

function promised(until: string | undefined): Record<string, string | undefined> {
  const { bundle, problems } = inspectBundle(written, [eseal()], { systems: {} })
  if (!bundle) throw new Error(JSON.stringify(problems))
  const record = { type: 'thing.done', key: 'k', deduplication: 'k', value: { no: 'k', until } }
  const planned = planDeliveries(
    { ...bundle, id: 1 } as Parameters<typeof planDeliveries>[0],
    record,
    acceptedAt,
  )
  return Object.fromEntries(planned.map(({ step, promisedAt }) => [step, promisedAt]))
}

test.each([
  ['2026-03-02 12:00:00', '2026-03-02T01:35:00.000Z', '2026-03-02T04:00:00.000Z'],
  ['2026-03-02 09:31:00', '2026-03-02T01:31:00.000Z', '2026-03-02T01:31:00.000Z'],
  [undefined, '2026-03-02T01:35:00.000Z', undefined],
])('promised until %s', (until, seal, store) => {
  expect(promised(until)).toEqual({ seal, store })
})
