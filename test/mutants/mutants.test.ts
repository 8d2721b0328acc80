// A fixed sample of an integrator's mistakes: nearly all are refused at the right line, and what is right is let through.
import { beforeAll, describe, expect, it } from 'vitest'
import { figuresOf, survivors } from './report.ts'
import { type Result, runMutants, shipped } from './run.ts'

describe('mutants of the shipped mappings', () => {
  let result: Result
  beforeAll(async () => {
    result = await runMutants(shipped(), { seed: 1, share: 0.08 })
  })

  it('are refused at the right line', () => {
    const { effective, caught, rightLine } = figuresOf(result)
    expect(effective, 'the sample is large enough to say something').toBeGreaterThan(100)
    expect(caught, survivors(result)).toBeGreaterThanOrEqual(effective * 0.99)
    expect(rightLine, survivors(result)).toBeGreaterThanOrEqual(effective * 0.99)
  })

  it('that hurt nobody are let through, as are the shipped files', () => {
    expect(result.falseErrors).toEqual([])
  })
})
