import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { climb, growTree, leafOf } from '../../core/evidence/merkle.ts'

const leaves = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => leafOf([i]))
const h = (...parts: Buffer[]): Buffer => createHash('sm3').update(Buffer.concat(parts)).digest()

describe('merkle tree', () => {
  test('is the tree of RFC 6962 with SM3: leaf mark 0, node mark 1, odd nodes move up', () => {
    const [a, b, c] = ['[0]', '[1]', '[2]'].map((text) => h(Buffer.of(0), Buffer.from(text)))
    if (!a || !b || !c) throw new Error('leaves')
    expect(growTree(leaves(3)).root).toEqual(h(Buffer.of(1), h(Buffer.of(1), a, b), c))
  })

  test('every leaf of trees of 1 to 70 leaves reaches the root over its path, and no other leaf does', () => {
    for (let size = 1; size <= 70; size++) {
      const { root, path: pathOf } = growTree(leaves(size))
      leaves(size).forEach((_, i) => {
        const path = pathOf(i)
        expect(climb(leafOf([i]), path)).toEqual(root)
        if (size > 1) expect(climb(leafOf([i + size]), path)).not.toEqual(root)
      })
    }
  })

  test('a changed path leads elsewhere, a malformed one nowhere', () => {
    const tree = growTree(leaves(5))
    const { root } = tree
    const path = tree.path(2)
    const other = path.replace(/[0-9a-f]/, (digit) => (digit === '0' ? '1' : '0'))
    expect(climb(leafOf([2]), other)).not.toEqual(root)
    expect(
      climb(
        leafOf([2]),
        path.replace(/^[LR]/, (side) => (side === 'L' ? 'R' : 'L')),
      ),
    ).not.toEqual(root)
    expect(climb(leafOf([2]), 'X:00')).toBeUndefined()
  })

  test('a tree of nothing is refused', () => {
    expect(() => growTree([])).toThrow(RangeError)
  })
})
