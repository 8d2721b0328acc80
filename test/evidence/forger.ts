// A forger who knows the format: makes every digest, tree and link fit again, and signs with the only key he has, his own.
import { actionLeaf, attemptLeaf } from '../../core/evidence/attempt.ts'
import { dayHash, dayRoot } from '../../core/evidence/day.ts'
import { growTree, sm3 } from '../../core/evidence/merkle.ts'
import { type Content, type Line, sealedText } from '../../core/evidence/proof-line.ts'
import { receiptLeaf, signedText } from '../../core/evidence/receipt.ts'
import type { SigningKey } from '../../core/signing/keys.ts'
import { sm2Sign } from '../../core/signing/sm2.ts'
import { linesOf } from './files.ts'

type Change = (lines: Line[]) => Line[]

/** What he changes; then everything above it is made to fit as far as `depth` says. */
export const forgeries: Readonly<Record<string, { change: Change; depth: Depth }>> = {
  'another outcome, the file sealed again': { change: outcome, depth: 'file' },
  'another outcome, its tree rebuilt': { change: outcome, depth: 'tree' },
  'another outcome, tree and day rebuilt': { change: outcome, depth: 'day' },
  'another outcome, all of it, and his key named as the hub’s': { change: outcome, depth: 'key' },
  'another message, the file sealed again': { change: payload, depth: 'file' },
  'another message, its tree rebuilt': { change: payload, depth: 'tree' },
  'another message, tree and day rebuilt': { change: payload, depth: 'day' },
  'another message, all of it, and his key named as the hub’s': { change: payload, depth: 'key' },
  'another reason of an action, tree and day rebuilt': { change: reason, depth: 'day' },
  'another correction, tree and day rebuilt': { change: correction, depth: 'day' },
  'another state of a delivery': { change: state, depth: 'file' },
  'another reply of a platform': { change: reply, depth: 'file' },
  'an attempt left out, its tree rebuilt': { change: fewer, depth: 'tree' },
  'an attempt left out, tree and day rebuilt': { change: fewer, depth: 'day' },
  'a tree left out, the day rebuilt': { change: treeless, depth: 'day' },
  'the days before left out': { change: shorter, depth: 'file' },
  'nothing, but signed with his key': { change: (lines) => lines, depth: 'file' },
}

type Depth = 'file' | 'tree' | 'day' | 'key'
const depths: readonly Depth[] = ['file', 'tree', 'day', 'key']

/** The forged text. */
export function forge(name: string, text: string, key: SigningKey): string {
  const forgery = forgeries[name]
  if (!forgery) throw new Error(`no forgery ${name}`)
  const goes = (depth: Depth): boolean => depths.indexOf(forgery.depth) >= depths.indexOf(depth)
  let lines = forgery.change(structuredClone(linesOf(text)).slice(0, -1))
  if (goes('tree')) lines = rebuildTrees(lines, key, goes('key'))
  if (goes('day')) lines = rebuildDays(lines, key, goes('key'))
  if (goes('key')) lines = lines.map((line) => ('header' in line ? renamed(line.header, key) : line))
  return sealed(lines, key, goes('key'))
}

const base64 = (key: SigningKey, data: Buffer): string => sm2Sign(key, data).toString('base64')

function sealed(lines: readonly Line[], key: SigningKey, named: boolean): string {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const digest = sm3(body)
  const keyId = named ? key.verifying.id : nameOf(lines)
  const end = {
    lines: lines.length,
    digest: digest.toString('hex'),
    signature: base64(key, sealedText(digest)),
    keyId,
  }
  return `${body}${JSON.stringify({ end })}\n`
}

const nameOf = (lines: readonly Line[]): string =>
  lines.flatMap((line) => ('header' in line ? line.header.keys : []))[0]?.id ?? ''

function renamed(header: Content<'header'>, key: SigningKey): Line {
  const { id, der } = key.verifying
  return { header: { ...header, keys: [{ id, publicKey: der.toString('base64') }] } }
}

function rebuildTrees(lines: readonly Line[], key: SigningKey, named: boolean): Line[] {
  const rebuilt: Line[] = []
  let tree: Content<'tree'> | undefined
  let leaves: { leaf: Buffer; line: Line }[] = []
  const close = (): void => {
    if (!tree) return
    const grown = growTree(leaves.map(({ leaf }) => leaf))
    tree.root = grown.root.toString('hex')
    tree.size = leaves.length
    if (tree.signature !== null) tree.signature = base64(key, signedText(grown.root))
    if (tree.keyId !== null && named) tree.keyId = key.verifying.id
    for (const [i, { line }] of leaves.entries()) if ('receipt' in line) line.receipt.path = grown.path(i)
    tree = undefined
    leaves = []
  }
  for (const line of lines) {
    rebuilt.push(line)
    const leaf = leafOf(line)
    if (leaf) leaves.push({ leaf, line })
    else if (!('post' in line)) close()
    if ('tree' in line) tree = line.tree
  }
  return rebuilt
}

function leafOf(line: Line): Buffer | undefined {
  if ('receipt' in line) return receiptLeaf(line.receipt)
  if ('action' in line) return actionLeaf(line.action)
  if (!('attempt' in line)) return undefined
  const { requestDigest, ...rest } = line.attempt
  return attemptLeaf({
    ...rest,
    requestDigest: requestDigest === null ? null : Buffer.from(requestDigest, 'hex'),
  })
}

function rebuildDays(lines: readonly Line[], key: SigningKey, named: boolean): Line[] {
  const roots = lines.flatMap((line) => ('tree' in line ? [Buffer.from(line.tree.root, 'hex')] : []))
  const day = lines.flatMap((line) => ('header' in line ? line.header.day : []))[0]
  let previous: string | undefined
  return lines.map((line) => {
    if (!('link' in line)) return line
    const link = { ...line.link }
    if (link.day === day) {
      link.entries = roots.length
      link.root = dayRoot(roots).toString('hex')
    }
    if (previous !== undefined) link.previous = previous
    const bytes = { root: Buffer.from(link.root, 'hex'), previous: Buffer.from(link.previous, 'hex') }
    const hash = dayHash({ ...link, ...bytes })
    previous = hash.toString('hex')
    const keyId = named ? key.verifying.id : link.keyId
    return { link: { ...link, hash: previous, signature: base64(key, hash), keyId } }
  })
}

function outcome(lines: Line[]): Line[] {
  for (const line of lines)
    if ('attempt' in line && line.attempt.outcome === 'rejected') line.attempt.outcome = 'delivered'
  return lines
}

function payload(lines: Line[]): Line[] {
  const line = lines.find((one) => 'receipt' in one && one.receipt.payload !== null)
  if (line === undefined || !('receipt' in line)) throw new Error('no message of its own')
  const bytes = Buffer.from('{"key":"another"}')
  line.receipt.payload = bytes.toString('base64')
  line.receipt.contentDigest = sm3(bytes).toString('hex')
  return lines
}

function reason(lines: Line[]): Line[] {
  for (const line of lines) if ('action' in line) line.action.reason = '另一个原因'
  return lines
}

function correction(lines: Line[]): Line[] {
  for (const line of lines) {
    if (!('action' in line) || line.action.correction === null) continue
    const canonical = '{"key":"alone","name":"李四"}'
    const canonicalDigest = sm3(canonical).toString('hex')
    line.action.correction = { ...line.action.correction, canonical, canonicalDigest }
    line.action.detail = JSON.stringify({ canonical: canonicalDigest, bundle: 1 })
  }
  return lines
}

function state(lines: Line[]): Line[] {
  for (const line of lines) if ('delivery' in line) line.delivery.state = 'delivered'
  return lines
}

function reply(lines: Line[]): Line[] {
  for (const line of lines) if ('attempt' in line) line.attempt.reply = null
  return lines
}

function fewer(lines: Line[]): Line[] {
  const at = lines.findIndex((line) => 'attempt' in line)
  return lines.filter((_, i) => i !== at)
}

function treeless(lines: Line[]): Line[] {
  const at = lines.findIndex((line) => 'tree' in line && line.tree.kind === 'actions')
  return lines.filter((line, i) => i !== at && !('action' in line && i === at + 1))
}

function shorter(lines: Line[]): Line[] {
  const links = lines.filter((line) => 'link' in line)
  return lines.filter((line) => line !== links[0] || links.length === 1)
}
