// How XML becomes values, for whole documents and for streams: element text is a string; attributes are `@name`; an
// element with both keeps its text under `#text`; names are local names; repeated elements become a list.
import { isReservedName } from '../path.ts'
import type { Attributes } from './tag.ts'

/** An element being read. */
export type Node = { name: string; members: Record<string, unknown> | undefined; text: string }

/** The name an element has in values: without its prefix; undefined when it is reserved. */
export function elementName(tag: string): string | undefined {
  const name = localName(tag)
  return isReservedName(name) ? undefined : name
}

/** The name an attribute has in values, `@name` without its prefix; undefined for xmlns, xml and xsi attributes. */
export function attributeMember(name: string): string | undefined {
  return name === 'xmlns' || /^(xmlns|xsi|xml):/.test(name) ? undefined : `@${localName(name)}`
}

/** A new element. */
export function openNode(name: string, attributes: Attributes | undefined): Node {
  const node: Node = { name, members: undefined, text: '' }
  if (attributes === undefined || attributes.length === 0) return node
  node.members = {}
  for (const [member, value] of attributes) node.members[member] = value
  return node
}

/** The value of a finished element. */
export function closeNode(node: Node): unknown {
  if (node.members === undefined) return node.text
  if (/\S/.test(node.text)) node.members['#text'] = node.text
  return node.members
}

/** Puts a finished element into its parent. */
export function addMember(parent: Node, name: string, value: unknown): void {
  parent.members ??= {}
  const members = parent.members
  // no reserved name comes here, so nothing is inherited
  const earlier = members[name]
  if (earlier === undefined) members[name] = value
  else if (Array.isArray(earlier)) earlier.push(value)
  else members[name] = [earlier, value]
}

/** A name without its prefix. */
function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

/** The namespace of a root element, read from its own declarations. */
export function rootNamespace(
  name: string,
  attributes: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const colon = name.indexOf(':')
  return attributes?.[colon < 0 ? 'xmlns' : `xmlns:${name.slice(0, colon)}`]
}
