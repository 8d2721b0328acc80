// The switches of tests that must fail cannot be left on by accident.
import { expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'

test('a hub without a guarantee is refused', () => {
  expect(() => readConfig({ QIAO_WITHOUT: 'order' })).toThrow('a hub without order loses')
  expect(() => readConfig({ QIAO_WITHOUT: 'order', QIAO_TEST: 'yes' })).toThrow('QIAO_TEST')
})

test('a test that says so gets one, of those there are', () => {
  expect(readConfig({ QIAO_WITHOUT: 'order', QIAO_TEST: '1' }).without).toBe('order')
  expect(() => readConfig({ QIAO_WITHOUT: 'everything', QIAO_TEST: '1' })).toThrow('QIAO_WITHOUT')
})

test('by default there is none', () => {
  expect(readConfig({ QIAO_TEST: '1' }).without).toBeUndefined()
  expect(readConfig({}).without).toBeUndefined()
})
