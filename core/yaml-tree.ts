// YAML text to a tree and its value, without what makes YAML dangerous: nesting that overflows the stack, aliases that
// multiply or hold themselves, tags, and texts that other versions of YAML take for dates and numbers.
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Pair,
  Parser,
  type YAMLMap,
} from 'yaml'

/** What is wrong with a text; `at` is the offset in it. */
export type Fault = { at: number; en: string; zh: string }

/** Deepest nesting of a file, and the most values one may hold when its aliases are written out. */
const DEPTH = 100
const VALUES = 500_000

/** Parses one document; new lines are told to `lines`. With faults there is no value. */
export function parseTree(
  text: string,
  lines: LineCounter,
): { document: Document | undefined; value: unknown; faults: readonly Fault[] } {
  // the parser of tokens keeps a stack of its own, all that comes after it recurses
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const deep = findTooDeep(tokens)
  if (deep !== undefined) {
    const fault = { at: deep, en: `nested more than ${DEPTH} levels deep`, zh: `嵌套超过 ${DEPTH} 层` }
    return { document: undefined, value: undefined, faults: [fault] }
  }
  const composer = new Composer({
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
    merge: true, // cases vary one example with `<<`; YAML 1.2 would take it for an ordinary key
    schema: 'core',
    resolveKnownTags: false,
  })
  const [document, second] = composer.compose(tokens, true, text.length)
  const faults = [...(document?.errors ?? []), ...(document?.warnings ?? [])].map(
    ({ pos, message }): Fault => ({ at: pos[0], en: message, zh: 'YAML 语法错误' }),
  )
  if (second !== undefined) {
    faults.push({ at: second.range[0], en: 'a file holds one document', zh: '一个文件只能有一个文档' })
  }
  const value = faults.length === 0 ? readValue(document?.contents, faults) : undefined
  return { document, value, faults }
}

/** Offset of the first collection below the deepest level. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  let level: CST.Token[] = tokens.flatMap((token) => (token.type === 'document' && token.value) || [])
  for (let depth = 0; level.length > 0; depth++) {
    const inner: CST.Token[] = []
    for (const token of level) {
      if (!('items' in token)) continue
      if (depth >= DEPTH) return token.offset
      for (const { key, value } of token.items) {
        if (key && 'items' in key) inner.push(key)
        if (value && 'items' in value) inner.push(value)
      }
    }
    level = inner
  }
  return undefined
}

/** One reading of a tree: anchors met so far, what is being read, and what was found wrong. */
type Reading = { anchors: Map<string, unknown>; open: Set<unknown>; values: number; faults: Fault[] }

function readValue(contents: unknown, faults: Fault[]): unknown {
  return readNode(contents, { anchors: new Map(), open: new Set(), values: 0, faults })
}

function readNode(node: unknown, reading: Reading): unknown {
  if (reading.faults.length > 0) return undefined
  if (++reading.values > VALUES) return refuse(node, reading, 'the file holds too much', '文件内容过多')
  if (isScalar(node)) {
    if (node.anchor !== undefined) reading.anchors.set(node.anchor, node)
    return node.value
  }
  if (isAlias(node)) return aliasValue(node, reading)
  if (!isMap(node) && !isSeq(node)) return null
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, node)
  if (reading.open.size >= DEPTH)
    return refuse(node, reading, `nested more than ${DEPTH} levels deep`, `嵌套超过 ${DEPTH} 层`)
  reading.open.add(node)
  const value = isMap(node) ? mapValue(node, reading) : node.items.map((item) => readNode(item, reading))
  reading.open.delete(node)
  return value
}

/** What an alias stands for is read again, so that nothing is shared. */
function aliasValue(node: { source: string }, reading: Reading): unknown {
  const target = reading.anchors.get(node.source)
  const name = node.source
  if (target === undefined)
    return refuse(node, reading, `no anchor "${name}" stands before`, `前面没有锚点“${name}”`)
  if (reading.open.has(target))
    return refuse(node, reading, `"${name}" would hold itself`, `“${name}”包含自身`)
  return readNode(target, reading)
}

function mapValue(map: YAMLMap, reading: Reading): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const pair of map.items) {
    if (!isScalar(pair.key)) continue
    if (isMerge(pair)) merge(result, pair, reading)
    else setMember(result, String(pair.key.value), readNode(pair.value, reading))
  }
  return result
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<'
}

/** `<<: *other`, or a list of such: their members where the map has none of the name. */
function merge(result: Record<string, unknown>, { value }: Pair, reading: Reading): void {
  const found = readNode(value, reading)
  for (const source of Array.isArray(found) ? found : [found]) {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) {
      refuse(value, reading, '<< takes a map, or a list of maps', '<< 应为映射或映射的列表')
      return
    }
    for (const [name, member] of Object.entries(source)) {
      if (!Object.hasOwn(result, name)) setMember(result, name, member)
    }
  }
}

/** A member of any name: `__proto__` is one like others, and is refused by the shape of the file. */
function setMember(result: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') result[name] = value
  else Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true })
}

function refuse(node: unknown, { faults }: Reading, en: string, zh: string): undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range
  if (faults.length === 0) faults.push({ at: range?.[0] ?? 0, en, zh })
}
