// What was just accepted is at hand until the last of its deliveries is done, and no more of it than was asked for.
import { expect, test } from 'vitest'
import { createRecent } from '../../core/flow/recent.ts'

test('a message is let go after the last of its deliveries, not before', () => {
  const recent = createRecent(10)
  recent.put({ id: 'a', text: '{"name":"王"}', uses: 2 })
  expect(recent.get('a')).toEqual({ name: '王' })
  recent.used('a')
  expect(recent.has('a')).toBe(true)
  recent.used('a')
  expect(recent.has('a')).toBe(false)
  expect(recent.get('a')).toBeUndefined()
  recent.used('a')
})

test('the oldest go first', () => {
  const recent = createRecent(2)
  for (const id of ['a', 'b', 'c']) recent.put({ id, text: '{}', uses: 1 })
  expect(['a', 'b', 'c'].filter(recent.has)).toEqual(['b', 'c'])
})
