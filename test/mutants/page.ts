// One YAML file that can be edited at one place, so that layout, comments and all other lines stay as they are.
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import type { Path } from '../../core/yaml.ts'

/** Where a value or key stands in the text; `raw` is how it is written there. */
export type Place = { start: number; end: number; line: number; raw: string }

/** A changed text and the lines (of the changed text) where a complaint about the change belongs. */
export type Edit = { text: string; line: number; lines: readonly number[] }

export type Page = {
  file: string
  text: string
  data: unknown
  document: Document
  lineAt(offset: number): number
}

/** Parses a file that is known to be good. */
export function openPage(file: string, text: string): Page {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, merge: true })
  return {
    file,
    text,
    data: document.toJS({ maxAliasCount: 100 }),
    document,
    lineAt: (offset) => Math.max(lines.linePos(offset).line, 1),
  }
}

function nodeAt(page: Page, path: Path): Node | undefined {
  let node: unknown = page.document.contents
  for (const step of path) {
    if (isMap(node)) node = pairIn(node, step)?.value
    else if (isSeq(node)) node = node.items[Number(step)]
    else return undefined
  }
  return (node ?? undefined) as Node | undefined
}

function pairIn(map: YAMLMap, key: string | number): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function place(page: Page, node: unknown): Place | undefined {
  const range = (node as Node | undefined)?.range
  if (!range) return undefined
  const [start, end] = range
  return { start, end, line: page.lineAt(start), raw: page.text.slice(start, end) }
}

/** Place of the value at `path`. */
export function valueAt(page: Page, path: Path): Place | undefined {
  return place(page, nodeAt(page, path))
}

/** Place of the key that ends `path`. */
export function keyAt(page: Page, path: Path): Place | undefined {
  const holder = nodeAt(page, path.slice(0, -1))
  return isMap(holder) ? place(page, pairIn(holder, path.at(-1) ?? '')?.key) : undefined
}

/** True when the map or list at `path` is written with brackets. */
export function isFlow(page: Page, path: Path): boolean {
  const node = nodeAt(page, path)
  return (isMap(node) || isSeq(node)) && node.flow === true
}

/** Replaces what stands at a place. The right line is the line of that place. */
export function replace(page: Page, at: Place, text: string): Edit {
  return {
    text: page.text.slice(0, at.start) + text + page.text.slice(at.end),
    line: at.line,
    lines: [at.line],
  }
}

/** A scalar as YAML, in quotes unless plain letters need none. */
export function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  const plain =
    /^[A-Za-z\u4e00-\u9fff][\w.\u4e00-\u9fff-]*$/.test(value) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(value)
  return plain ? value : JSON.stringify(value)
}

/** Writes another scalar at `path`. */
export function setScalar(page: Page, path: Path, value: string | number | boolean): Edit | undefined {
  const at = valueAt(page, path)
  if (at === undefined) return undefined
  const quoted = typeof value === 'string' && /^["']/.test(at.raw) ? JSON.stringify(value) : scalar(value)
  return replace(page, at, quoted)
}

/** Writes another key at `path`. */
export function setKey(page: Page, path: Path, key: string): Edit | undefined {
  const at = keyAt(page, path)
  return at && replace(page, at, scalar(key))
}

/**
 * Removes the pair or list element at `path`, in a block with its whole lines. Right lines of a gap: the line before it,
 * the line that now stands in its place, and the line of the key (or list element) that holds it; of `x: { fields: … }`
 * both `fields` and `x` hold.
 */
export function remove(page: Page, path: Path): Edit | undefined {
  const holderPath = path.slice(0, -1)
  const holder = nodeAt(page, holderPath)
  if (!isMap(holder) && !isSeq(holder)) return undefined
  const items = holder.items as (Node | Pair)[]
  const index = isMap(holder)
    ? items.findIndex(
        (pair) => isPair(pair) && String((pair.key as { value?: unknown }).value) === String(path.at(-1)),
      )
    : Number(path.at(-1))
  const span = spanOf(page, items[index])
  if (span === undefined) return undefined
  if (holder.flow === true) {
    const next = spanOf(page, items[index + 1])
    const previous = spanOf(page, items[index - 1])
    const start = next === undefined ? (previous?.end ?? span.start) : span.start
    const end = next?.start ?? span.end
    const line = page.lineAt(span.start)
    return { text: page.text.slice(0, start) + page.text.slice(end), line, lines: [line] }
  }
  const start = page.text.lastIndexOf('\n', span.start - 1) + 1
  const newline = page.text.indexOf('\n', Math.max(span.end - 1, 0))
  const end = newline < 0 ? page.text.length : newline + 1
  const line = page.lineAt(start)
  const owners = [holderPath, ...(holderPath.at(-1) === 'fields' ? [holderPath.slice(0, -1)] : [])]
    .filter((each) => each.length > 0)
    .map((each) => keyAt(page, each)?.line ?? valueAt(page, each)?.line)
  const around = [line - 1, line, ...owners].filter((each) => each !== undefined && each >= 1) as number[]
  return { text: page.text.slice(0, start) + page.text.slice(end), line, lines: around }
}

function spanOf(page: Page, item: Node | Pair | undefined): { start: number; end: number } | undefined {
  if (item === undefined) return undefined
  const first = isPair(item) ? (item.key as Node) : item
  const last = isPair(item) ? ((item.value ?? item.key) as Node) : item
  if (!first.range || !last.range) return undefined
  const end = last.range[1]
  const body = page.text.slice(first.range[0], end)
  return { start: first.range[0], end: first.range[0] + body.trimEnd().length }
}

/** Inserts a pair as the first of the map at `path`. */
export function insertPair(page: Page, path: Path, pair: string): Edit | undefined {
  const map = nodeAt(page, path)
  if (!isMap(map)) return undefined
  const first = spanOf(page, map.items[0] as Pair)
  if (first === undefined) return undefined
  const line = page.lineAt(first.start)
  const indent = first.start - (page.text.lastIndexOf('\n', first.start - 1) + 1)
  // in `- name: x` the dash belongs to the indent
  const glue = map.flow === true ? ', ' : `\n${' '.repeat(indent)}`
  return {
    text: page.text.slice(0, first.start) + pair + glue + page.text.slice(first.start),
    line,
    lines: [line],
  }
}

/** Inserts whole lines after the pair at `path`, at its indent. */
export function insertAfter(page: Page, path: Path, lines: string): Edit | undefined {
  const holder = nodeAt(page, path.slice(0, -1))
  if (!isMap(holder) || holder.flow === true) return undefined
  const pair = pairIn(holder, path.at(-1) ?? '')
  const span = pair && spanOf(page, pair)
  if (span === undefined) return undefined
  const indent = span.start - (page.text.lastIndexOf('\n', span.start - 1) + 1)
  const newline = page.text.indexOf('\n', Math.max(span.end - 1, 0))
  const end = newline < 0 ? page.text.length : newline + 1
  const line = page.lineAt(end - 1) + 1
  const text = `${page.text.slice(0, end)}${' '.repeat(indent)}${lines}\n${page.text.slice(end)}`
  return { text, line, lines: [line] }
}

/** Exchanges two neighbouring elements or pairs. Right lines: both. */
export function swapWithNext(page: Page, path: Path): Edit | undefined {
  const holder = nodeAt(page, path.slice(0, -1))
  if (!isMap(holder) && !isSeq(holder)) return undefined
  const items = holder.items as (Node | Pair)[]
  const index = isMap(holder)
    ? items.findIndex(
        (pair) => isPair(pair) && String((pair.key as { value?: unknown }).value) === String(path.at(-1)),
      )
    : Number(path.at(-1))
  const a = spanOf(page, items[index])
  const b = spanOf(page, items[index + 1])
  if (a === undefined || b === undefined) return undefined
  const { text } = page
  const changed =
    text.slice(0, a.start) +
    text.slice(b.start, b.end) +
    text.slice(a.end, b.start) +
    text.slice(a.start, a.end) +
    text.slice(b.end)
  const height = (from: number, to: number): number => text.slice(from, to).split('\n').length - 1
  const first = page.lineAt(a.start)
  const second = first + height(b.start, b.end) + height(a.end, b.start)
  const last = second + height(a.start, a.end)
  return { text: changed, line: first, lines: Array.from({ length: last - first + 1 }, (_, i) => first + i) }
}
