// Vitest set-up of the files that share a process: ids only ever go on, so a clock that one of them moved moves all others.
import { afterAll, expect } from 'vitest'
import { dayOf, idAt, newId } from '../core/id.ts'

afterAll(() => {
  const soon = idAt(new Date(Date.now() + 60_000))
  const id = newId()
  expect(
    id < soon,
    `this file moved the clock to ${dayOf(id)}: it belongs to "alone" in vitest.config.ts`,
  ).toBe(true)
})
