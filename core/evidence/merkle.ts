// Merkle trees over SM3. Leaves and nodes are hashed with different first bytes (RFC 6962 §2.1), so that a node
// can never be passed off as a leaf; an odd node at the end of a level moves up unchanged.
import { hash } from 'node:crypto'

const leafMark = Buffer.of(0)
const nodeMark = Buffer.of(1)

/** SM3, 32 bytes. */
export function sm3(data: string | Buffer): Buffer {
  return hash('sm3', data, 'buffer')
}

/** Leaf hash of a statement: an array of plain values, written as JSON. */
export function leafOf(statement: readonly (string | number | null)[]): Buffer {
  return sm3(Buffer.concat([leafMark, Buffer.from(JSON.stringify(statement))]))
}

/** A tree. `path(i)` is the way of leaf i to the root: `L:hex R:hex …`, the side on which each sibling stands. */
export type Tree = { root: Buffer; path(index: number): string }

/** Builds the tree of `leaves` (at least one). */
export function growTree(leaves: readonly Buffer[]): Tree {
  const levels: (readonly Buffer[])[] = [leaves]
  for (let level = leaves; level.length > 1; levels.push(level)) level = pairUp(level)
  const root = levels.at(-1)?.[0]
  if (!root) throw new RangeError('a tree needs at least one leaf')
  return {
    root,
    path: (index) =>
      levels
        .flatMap((level, height) => {
          const place = index >> height
          const sibling = level[place ^ 1]
          return sibling ? [`${place & 1 ? 'L' : 'R'}:${sibling.toString('hex')}`] : []
        })
        .join(' '),
  }
}

function pairUp(level: readonly Buffer[]): Buffer[] {
  const above: Buffer[] = []
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i], level[i + 1]]
    if (left) above.push(right ? node(left, right) : left)
  }
  return above
}

function node(left: Buffer, right: Buffer): Buffer {
  return sm3(Buffer.concat([nodeMark, left, right]))
}

/** The root that `leaf` reaches over `path`; undefined when the path is not well formed. */
export function climb(leaf: Buffer, path: string): Buffer | undefined {
  let reached = leaf
  for (const part of path === '' ? [] : path.split(' ')) {
    const match = /^([LR]):([0-9a-f]{64})$/.exec(part)
    if (!match?.[2]) return undefined
    const sibling = Buffer.from(match[2], 'hex')
    reached = match[1] === 'L' ? node(sibling, reached) : node(reached, sibling)
  }
  return reached
}
