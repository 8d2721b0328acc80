// The offline check of a proof file: every digest, leaf, tree, signature and day, and that nothing was added or left out.
import { createHash } from 'node:crypto'
import { actionLeaf, attemptLeaf } from './attempt.ts'
import { checkLinks } from './chain-check.ts'
import { dayRoot } from './day.ts'
import { climb, growTree, sm3 } from './merkle.ts'
import { type Content, type Line, sealedText } from './proof-line.ts'
import { NotProof, type ReadLine } from './proof-read.ts'
import { type HubKey, receiptLeaf, signedText } from './receipt.ts'

/** Something that does not fit. `line`: where, from 1. */
export type ProofFault = { line: number; en: string; zh: string }

/** What a file proves, and what of it does not fit. `links`: the chain it carries, oldest first. */
export type Proof = {
  header: Content<'header'> | undefined
  receipts: number
  attempts: number
  actions: number
  links: Content<'link'>[]
  faults: ProofFault[]
}

/** Finds the hub's key by its id; undefined: it is not trusted. */
export type KeyRing = (id: string) => HubKey | undefined

/** Checks a file. `keysOf`: the keys to trust, once the first line says which ones the file names. */
export async function checkProof(
  lines: AsyncIterable<ReadLine>,
  keysOf: (header: Content<'header'>) => KeyRing,
): Promise<Proof> {
  const proof: Proof = { header: undefined, receipts: 0, attempts: 0, actions: 0, links: [], faults: [] }
  const check = createCheck(proof, keysOf)
  try {
    for await (const line of lines) check.take(line)
    check.finish()
  } catch (error) {
    if (!(error instanceof NotProof)) throw error
    proof.faults.push({ line: error.number, en: error.message, zh: '格式不符' })
  }
  return proof
}

/** The order in which kinds of lines follow each other. */
const order = ['header', 'tree', 'delivery', 'link', 'end'] as const
const leaves = ['post', 'receipt', 'attempt', 'action'] as const

type Open = { tree: Content<'tree'>; line: number; leaves: Buffer[] }

function createCheck(proof: Proof, keysOf: (header: Content<'header'>) => KeyRing) {
  const hash = createHash('sm3')
  const bodies = new Map<string, string | null>()
  const trees: { id: string; root: Buffer; path: string | null; day: string; line: number }[] = []
  let keys: KeyRing = () => undefined
  let stage = -1
  let number = 0
  let open: Open | undefined

  const fault = (en: string, zh: string, line = number): void => {
    proof.faults.push({ line, en, zh })
  }
  const isSigned = (id: string | null, data: Buffer, signature: string): boolean =>
    keys(id ?? '')?.verify(data, Buffer.from(signature, 'base64')) ?? false

  const closeTree = (): void => {
    if (!open) return
    const { tree, line, leaves: own } = open
    open = undefined
    if (proof.header?.message === null) {
      if (own.length !== tree.size)
        fault(`${own.length} of ${tree.size} leaves are there`, '记录数不符', line)
      else if (growTree(own).root.toString('hex') !== tree.root)
        fault('the leaves do not make this root', '记录与树根不符', line)
    }
    if (tree.kind === 'receipts' || tree.signature !== null) {
      const signed = signedText(Buffer.from(tree.root, 'hex'))
      if (!isSigned(tree.keyId, signed, tree.signature ?? ''))
        fault('the signature of the root is wrong', '根签名不正确', line)
    }
    trees.push({ id: tree.id, root: Buffer.from(tree.root, 'hex'), path: tree.path, day: tree.day, line })
  }

  /** A leaf of the open tree; `path` null: it is known by its place. */
  const addLeaf = (kind: Content<'tree'>['kind'], leaf: Buffer, path: string | null): void => {
    if (open?.tree.kind !== kind) {
      fault('a leaf outside its tree', '记录不在其树中')
      return
    }
    open.leaves.push(leaf)
    const isAlone = proof.header?.message !== null
    if (path === null ? isAlone : climb(leaf, path)?.toString('hex') !== open.tree.root)
      fault('the leaf does not reach the root', '记录到不了树根')
  }

  const takers: { [K in Exclude<KindOf, 'header' | 'end'>]: (content: Content<K>) => void } = {
    tree(tree) {
      closeTree()
      if (tree.id <= (trees.at(-1)?.id ?? ''))
        fault('trees stand in the order of their ids, each once', '树的次序不符')
      open = { tree, line: number, leaves: [] }
    },
    post({ id, payload }) {
      bodies.set(id, payload === null ? null : sm3(Buffer.from(payload, 'base64')).toString('hex'))
    },
    receipt(receipt) {
      proof.receipts++
      const { post, payload, canonical, contentDigest, canonicalDigest } = receipt
      const digest =
        post === null ? payload && sm3(Buffer.from(payload, 'base64')).toString('hex') : bodies.get(post)
      const isWhole = proof.header?.content ? digest === contentDigest : digest === null
      if (!isWhole) fault('the posted bytes are not those of the receipt', '原文与回执不符')
      const own = canonical === null ? null : sm3(canonical).toString('hex')
      if (own !== (proof.header?.content ? canonicalDigest : null))
        fault('the canonical form is not that of the receipt', '标准格式数据与回执不符')
      addLeaf('receipts', receiptLeaf(receipt), receipt.path)
    },
    attempt(attempt) {
      proof.attempts++
      const { requestDigest, ...rest } = attempt
      const digest = requestDigest === null ? null : Buffer.from(requestDigest, 'hex')
      addLeaf('attempts', attemptLeaf({ ...rest, requestDigest: digest }), attempt.path)
    },
    action(action) {
      proof.actions++
      if ((action.action === 'correct') !== (action.correction !== null) || !isCorrection(action))
        fault('the correction is not the one the action made', '更正内容与操作不符')
      addLeaf('actions', actionLeaf(action), action.path)
    },
    delivery: () => undefined,
    link(link) {
      proof.links.push(link)
    },
  }

  const isCorrection = ({ detail, correction }: Content<'action'>): boolean => {
    if (correction === null) return true
    const { canonical, canonicalDigest, bundle } = correction
    const stated = JSON.parse(detail ?? '{}') as { canonical?: unknown; bundle?: unknown }
    const own = canonical === null ? null : sm3(canonical).toString('hex')
    const isThere = own === (proof.header?.content ? canonicalDigest : null)
    return isThere && stated.canonical === canonicalDigest && stated.bundle === bundle
  }

  /** The days of the file's trees: each link that is there must hold them, a whole day nothing else. */
  const checkDays = (): void => {
    const links = new Map(proof.links.map((link) => [link.day, link]))
    const { header } = proof
    if (header?.message === null) {
      const own = links.get(header.day)
      const roots = trees.map(({ root }) => root)
      if (!own) fault('the day is not in the chain', '当日不在链中')
      else if (own.entries !== trees.length)
        fault(`${trees.length} of ${own.entries} trees are there`, '树数不符')
      else if (dayRoot(roots).toString('hex') !== own.root)
        fault('the trees are not those of the day', '树与当日链节不符')
    }
    for (const { day, root, path, line } of trees) {
      if (
        header?.message === null ? day !== header.day || path !== null : !reaches(root, path, links.get(day))
      )
        fault('the tree does not belong to its day', '树不属于当日', line)
    }
  }

  const finish = (): void => {
    if (stage !== order.length - 1) throw new NotProof(number + 1, 'the end is missing')
  }

  return {
    finish,
    take({ line, bytes }: ReadLine): void {
      number++
      const kind = Object.keys(line)[0] as KindOf
      const next = order.indexOf(kind as (typeof order)[number])
      const isInside = (leaves as readonly string[]).includes(kind)
      const isRepeated = next === stage && kind !== 'header' && kind !== 'end'
      if (isInside ? stage !== 1 : next < stage || (next === stage && !isRepeated))
        throw new NotProof(number, `a line ${kind} cannot stand here`)
      if (number === 1 && kind !== 'header') throw new NotProof(number, 'no header')
      if (!isInside) stage = next
      if ('header' in line) {
        proof.header = line.header
        keys = keysOf(line.header)
      } else if ('end' in line) {
        closeTree()
        checkDays()
        for (const { day, en, zh } of checkLinks(proof.links, isSigned))
          fault(`${day}: ${en}`, `${day}：${zh}`)
        const digest = hash.digest()
        const { lines, digest: stated, signature, keyId } = line.end
        if (lines !== number - 1) fault(`${number - 1} of ${lines} lines are there`, '行数不符')
        if (digest.toString('hex') !== stated) fault('bytes of the file were changed', '文件字节被改动')
        if (!isSigned(keyId, sealedText(digest), signature))
          fault('the signature of the file is wrong', '文件签名不正确')
      } else (takers[kind as keyof typeof takers] as (content: unknown) => void)(Object.values(line)[0])
      if (kind !== 'tree' && !isInside) closeTree()
      if (kind !== 'end') hash.update(bytes)
    },
  }
}

type KindOf = Line extends infer L ? (L extends L ? keyof L : never) : never

/** A tree of a message file reaches the root of its day, once that is in the chain; before, only its own signature holds. */
function reaches(root: Buffer, path: string | null, link: Content<'link'> | undefined): boolean {
  if (link === undefined || path === null) return link === undefined && path === null
  return climb(root, path)?.toString('hex') === link.root
}
