// Safe XML reading with saxes: no DOCTYPE, no entities beyond the five, no processing instructions, bounded depth and
// size. What elements become stands in node.ts.
import { SaxesParser } from 'saxes'
import { QiaoError } from '../../errors.ts'
import { DEPTH_LIMIT } from './json.ts'
import {
  addMember,
  attributeMember,
  closeNode,
  elementName,
  type Node,
  openNode,
  rootNamespace,
} from './node.ts'
import type { Attributes } from './tag.ts'

/** Elements one document, or one record of a stream, may hold. */
export const ELEMENT_LIMIT = 200_000

export type XmlDocument = { root: string; value: unknown }

/**
 * Parses an XML document to the name of its root element and the value inside it.
 * @param namespace the one its root element must stand in, if given
 * @throws QiaoError body.xml or body.unsafe; `detail` holds line and column, never content
 */
export function parseXml(text: string, namespace?: string): XmlDocument {
  // by the rules of XML 1.0, whatever is declared: 1.1 lets control characters in
  const rules = { defaultXMLVersion: '1.0', forceXMLVersion: true } as const
  const parser = new SaxesParser({ position: true, xmlns: false, ...rules } as const)
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
  parser.on('opentag', ({ name, attributes }) => {
    if (stack.length >= DEPTH_LIMIT || ++elements > ELEMENT_LIMIT) refuse('body.unsafe')
    if (elements === 1 && namespace !== undefined && rootNamespace(name, attributes) !== namespace) {
      throw new QiaoError('body.xml', { detail: `the root element must be of namespace ${namespace}` })
    }
    stack.push(openNode(elementName(name) ?? refuse('body.unsafe'), attributesOf(attributes)))
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

function attributesOf(attributes: Readonly<Record<string, string>>): Attributes {
  const result: [string, string][] = []
  for (const name in attributes) {
    const member = attributeMember(name)
    if (member !== undefined) result.push([member, attributes[name] ?? ''])
  }
  return result
}
