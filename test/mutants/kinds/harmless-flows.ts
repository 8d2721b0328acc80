// Changes of flows and systems that hurt nobody.
import { type Kind, kind } from '../mutant.ts'
import { type Edit, type Page, replace, setScalar, swapWithNext, valueAt } from '../page.ts'

const independent = kind('independent steps in another order', 6, function* (book) {
  for (const page of book.folder('flows')) {
    const { steps } = page.data as { steps: { step: string; needs?: string[] }[] }
    for (const [i, next] of steps.entries()) {
      const before = steps[i - 1]
      if (before === undefined || next.needs?.includes(before.step)) continue
      yield [page, swapWithNext(page, ['steps', i - 1]), `${next.step} before ${before.step}`]
    }
  }
})

const settings = kind('other settings and limits', 10, function* (book) {
  for (const page of book.folder('systems')) {
    yield* limits(page)
  }
})

function* limits(page: Page): Generator<readonly [Page, Edit | undefined, string]> {
  const data = page.data as { lanes?: number; timeout?: string; settings?: Record<string, string> }
  if (data.lanes !== undefined) yield [page, setScalar(page, ['lanes'], 8), 'lanes 8']
  if (data.timeout !== undefined) yield [page, setScalar(page, ['timeout'], '20s'), 'timeout 20s']
  const [first] = Object.keys(data.settings ?? {})
  if (first !== undefined)
    yield [page, setScalar(page, ['settings', first], 'other-account'), `setting ${first}`]
}

const replies = kind('more reply rules and results', 20, function* (book) {
  for (const page of book.folder('systems')) {
    const { replies: rules = [] } = page.data as {
      replies?: { when: Record<string, unknown>; result?: object }[]
    }
    for (const [i, rule] of rules.entries()) {
      const whole = valueAt(page, ['replies', i])
      const status = valueAt(page, ['replies', i, 'when', 'status'])
      const result = valueAt(page, ['replies', i, 'result'])
      if (i === 0 && whole !== undefined && whole.raw.startsWith('{'))
        yield [
          page,
          replace(page, whole, `{ when: { status: 429 }, outcome: busy }\n  - ${whole.raw}`),
          'a rule for 429',
        ]
      if (status !== undefined && Array.isArray(rule.when.status))
        yield [page, replace(page, status, status.raw.replace(']', ', 418]')), `rule ${i}: also 418`]
      if (status?.raw === '200') yield [page, replace(page, status, '[ 200, 201 ]'), `rule ${i}: also 201`]
      if (result !== undefined)
        yield [
          page,
          replace(page, result, result.raw.replace('}', ', extra: body.extra }')),
          `rule ${i}: more result`,
        ]
    }
  }
})

/** Every kind of harmless change to them. */
export const harmlessFlows: readonly Kind[] = [independent, settings, replies]
