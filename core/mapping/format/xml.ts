// Safe XML reading with saxes: no DOCTYPE, no entities beyond the five, no processing instructions, bounded depth and
// size. Element text becomes a string; attributes `@name`; an element with both keeps its text under `#text`.
// Names are local names (prefixes fall off); xmlns and xsi attributes are dropped; repeated elements become a list.
import { SaxesParser } from 'saxes'
import { QiaoError } from '../../errors.ts'
import { isReservedName } from '../path.ts'
import { DEPTH_LIMIT } from './json.ts'

/** Elements one document may hold. */
export const ELEMENT_LIMIT = 200_000

export type XmlDocument = { root: string; value: unknown }
type Node = { name: string; members: Record<string, unknown> | undefined; text: string }

/**
 * Parses an XML document to the name of its root element and the value inside it.
 * @throws QiaoError body.xml or body.unsafe; `detail` holds line and column, never content
 */
export function parseXml(text: string): XmlDocument {
  const parser = new SaxesParser({ position: true })
  const stack: Node[] = []
  let elements = 0
  let document: XmlDocument | undefined
  const refuse = (code: 'body.xml' | 'body.unsafe'): never => {
    throw new QiaoError(code, { detail: `line ${parser.line}, column ${parser.column + 1}` })
  }
  const addText = (piece: string): void => {
    const node = stack.at(-1)
    if (node !== undefined) node.text += piece
  }
  parser.on('error', () => refuse('body.xml'))
  parser.on('doctype', () => refuse('body.unsafe'))
  parser.on('processinginstruction', () => refuse('body.unsafe'))
  parser.on('opentag', (tag) => {
    if (stack.length >= DEPTH_LIMIT || ++elements > ELEMENT_LIMIT) refuse('body.unsafe')
    const node: Node = { name: localName(tag.name), members: undefined, text: '' }
    if (isReservedName(node.name)) refuse('body.unsafe')
    for (const name in tag.attributes) {
      if (name === 'xmlns' || /^(xmlns|xsi|xml):/.test(name)) continue
      node.members ??= {}
      node.members[`@${localName(name)}`] = tag.attributes[name]
    }
    stack.push(node)
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const node = stack.pop()
    if (node === undefined) return
    const value = closeNode(node)
    const parent = stack.at(-1)
    if (parent === undefined) document = { root: node.name, value }
    else addMember(parent, node.name, value)
  })
  parser.write(text).close()
  return document ?? refuse('body.xml')
}

function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

function closeNode(node: Node): unknown {
  if (node.members === undefined) return node.text
  if (/\S/.test(node.text)) node.members['#text'] = node.text
  return node.members
}

function addMember(parent: Node, name: string, value: unknown): void {
  parent.members ??= {}
  const members = parent.members
  if (!Object.hasOwn(members, name)) {
    members[name] = value
    return
  }
  const earlier = members[name]
  if (Array.isArray(earlier)) earlier.push(value)
  else members[name] = [earlier, value]
}
