// The records of an XML stream: the elements at one path below the root, each with the shape parseXml gives it.
import { QiaoError } from '../../errors.ts'
import { parsePath } from '../path.ts'
import { addMember, closeNode, type Node, openNode } from './node.ts'
import { createScanner, type RefuseXml, type Scanner } from './scan.ts'
import type { Attributes } from './tag.ts'
import { ELEMENT_LIMIT } from './xml.ts'

/** Characters one record may have, in any format. */
export const RECORD_LIMIT = 16_000_000

/**
 * The elements at the path `split` below the root, chunk by chunk; everything else is checked and passes.
 * @throws QiaoError body.xml or body.unsafe; `detail` holds record and character
 */
export async function* xmlRecords(source: AsyncIterable<string>, split: string): AsyncGenerator<unknown> {
  const records: unknown[] = []
  let count = 0
  const refuse: RefuseXml = (code, at) => {
    throw new QiaoError(code, { detail: `record ${count + records.length + 1}, character ${at + 1}` })
  }
  const scanner = recordScanner(namesOf(split), (record) => records.push(record), refuse)
  for await (const text of source) {
    scanner.feed(text)
    for (let i = 0; i < records.length; i++) yield records[i]
    count += records.length
    records.length = 0
  }
  scanner.end()
}

function namesOf(split: string): string[] {
  return parsePath(split).steps.map((step) => {
    if (step.kind === 'name') return step.name
    throw new TypeError('split is the path of one list')
  })
}

/** A scanner that builds the elements at `path` below the root and lets everything else pass. */
function recordScanner(path: readonly string[], emit: (record: unknown) => void, refuse: RefuseXml): Scanner {
  const nodes: Node[] = []
  let level = 0
  let matched = 0
  let elements = 0
  let start = 0
  /** Refuses a record that grows too large, in whatever: text, attributes, markup. */
  const limit = (): void => {
    if (elements >= ELEMENT_LIMIT || scanner.at() - start > RECORD_LIMIT) refuse('body.unsafe', scanner.at())
  }
  const begin = (name: string, attributes: Attributes | undefined): void => {
    if (level === 0 || matched !== level - 1 || name !== path[level - 1]) return
    matched = level
    if (matched < path.length) return
    elements = 0
    start = scanner.at()
    nodes.push(openNode(name, attributes))
  }
  const scanner: Scanner = createScanner(
    {
      open(name, attributes) {
        if (nodes.length === 0) begin(name, attributes)
        else {
          elements++
          limit()
          nodes.push(openNode(name, attributes))
        }
        level++
      },
      leaf(name, text) {
        const parent = nodes[nodes.length - 1]
        if (parent === undefined) {
          this.open(name, undefined)
          this.text(text)
          return this.close()
        }
        elements++
        limit()
        addMember(parent, name, text)
      },
      text(piece) {
        const node = nodes[nodes.length - 1]
        if (node === undefined) return
        limit()
        node.text += piece
      },
      close() {
        level--
        const node = nodes.pop()
        const parent = nodes[nodes.length - 1]
        if (node !== undefined && parent !== undefined) addMember(parent, node.name, closeNode(node))
        else if (node !== undefined) {
          limit()
          emit(closeNode(node))
        }
        if (parent === undefined && matched === level && level > 0) matched--
      },
    },
    refuse,
  )
  return scanner
}
