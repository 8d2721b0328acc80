// Merkle trees over SM3. Leaves and nodes are hashed with different first bytes (RFC 6962 §2.1), so that a node
// can never be passed off as a leaf; an odd node at the end of a level moves up unchanged.
import { createHash } from 'node:crypto'

const leafMark = Buffer.of(0)
const nodeMark = Buffer.of(1)

/** SM3, 32 bytes. */
export function sm3(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sm3')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Leaf hash of a statement: an array of plain values, written as JSON. */
export function leafOf(statement: readonly (string | number | null)[]): Buffer {
  return sm3(leafMark, JSON.stringify(statement))
}

/** A tree: its root and, per leaf, the path `L:hex R:hex …` (the side on which the sibling stands). */
export type Tree = { root: Buffer; paths: string[] }

/** Builds the tree of `leaves` (at least one). */
export function growTree(leaves: readonly Buffer[]): Tree {
  const paths: string[][] = leaves.map(() => [])
  let level = leaves.map((hash, index) => ({ hash, members: [index] }))
  while (level.length > 1) {
    const next: typeof level = []
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i]
      const right = level[i + 1]
      if (!left) break
      if (!right) {
        next.push(left)
        continue
      }
      const rightText = `R:${right.hash.toString('hex')}`
      const leftText = `L:${left.hash.toString('hex')}`
      for (const member of left.members) paths[member]?.push(rightText)
      for (const member of right.members) paths[member]?.push(leftText)
      next.push({ hash: sm3(nodeMark, left.hash, right.hash), members: left.members.concat(right.members) })
    }
    level = next
  }
  const top = level[0]
  if (!top) throw new RangeError('a tree needs at least one leaf')
  return { root: top.hash, paths: paths.map((path) => path.join(' ')) }
}

/** The root that `leaf` reaches over `path`; undefined when the path is not well formed. */
export function climb(leaf: Buffer, path: string): Buffer | undefined {
  let hash = leaf
  for (const part of path === '' ? [] : path.split(' ')) {
    const match = /^([LR]):([0-9a-f]{64})$/.exec(part)
    if (!match?.[2]) return undefined
    const sibling = Buffer.from(match[2], 'hex')
    hash = match[1] === 'L' ? sm3(nodeMark, sibling, hash) : sm3(nodeMark, hash, sibling)
  }
  return hash
}
