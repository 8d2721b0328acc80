// A document that stands as text inside a field of another one: Base64 XML in a SOAP argument, JSON text in a form
// (reference 06 §7, 09 §4). The row says how the text is made; its `fields` are those of the inner document.
import { z } from 'zod'
import type { Path } from '../../yaml.ts'
import { csvShape } from '../format/csv.ts'
import { isXmlName } from '../format/markup.ts'
import { Refusal } from '../problems.ts'

/** XML options of a schema, and of a document that a field holds. */
export const xmlKeys = {
  /** namespace the root element of a document that is read must have */
  namespace: z.string().min(1).optional(),
  /** prefix → namespace, declared in the root element when writing; `""` is the default namespace */
  namespaces: z.record(z.string(), z.string().min(1)).optional(),
  /** prefix of the root element when writing */
  prefix: z.string().min(1).optional(),
  /** false: no `<?xml …?>` when writing */
  declaration: z.boolean().optional(),
}

/** Shape of `holds:` in a row. */
export const holdsShape = z.strictObject({
  format: z.enum(['xml', 'json', 'csv', 'form']),
  encoding: z.enum(['text', 'base64']).default('text'),
  charset: z.enum(['utf-8', 'gbk', 'gb18030']).default('utf-8'),
  root: z.string().optional(),
  ...xmlKeys,
  csv: csvShape.optional(),
  /** characters the text may have when it is sent */
  max: z.number().int().positive().optional(),
})
export type Holds = z.infer<typeof holdsShape>

type Row = { type: string; holds?: Holds | undefined; fields?: readonly unknown[] | undefined }

/**
 * The kind of document a row holds: a list for CSV and for `type: list`, else an object; undefined for other rows.
 * @throws Refusal for options that do not belong together
 */
export function holdsKind(row: Row, at: Path): 'object' | 'list' | undefined {
  const { type, holds } = row
  if (holds === undefined) {
    if (type !== 'document') return undefined
    throw new Refusal([...at, 'type'], 'a document needs holds: { format: … }', 'document 类型需要 holds')
  }
  const here = [...at, 'holds']
  if (type !== 'document' && type !== 'list') {
    throw new Refusal(here, 'only a document or a list has holds', '只有 document 或 list 类型可以有 holds')
  }
  checkXml(holds, here)
  if (holds.csv !== undefined && holds.format !== 'csv') {
    throw new Refusal([...here, 'csv'], 'csv belongs to format: csv', 'csv 选项只用于 format: csv')
  }
  if (holds.format === 'csv') {
    if (row.fields === undefined) throw new Refusal(at, 'a CSV needs fields', 'CSV 需要 fields')
    return 'list'
  }
  if (type === 'list' && holds.format !== 'json') {
    throw new Refusal(
      [...here, 'format'],
      'a list in a text is JSON or CSV',
      '文本中的列表只能是 JSON 或 CSV',
    )
  }
  return type === 'list' ? 'list' : 'object'
}

function checkXml(holds: Holds, here: Path): void {
  if (holds.format === 'xml') {
    if (holds.root === undefined) throw new Refusal(here, 'XML needs root: <element>', 'XML 需要 root')
    if (!isXmlName(holds.root)) {
      throw new Refusal([...here, 'root'], 'this is no XML name', '不是有效的 XML 名称')
    }
    return
  }
  for (const key of ['root', 'namespace', 'namespaces', 'prefix', 'declaration'] as const) {
    if (holds[key] !== undefined)
      throw new Refusal([...here, key], `${key} belongs to XML`, `${key} 只用于 XML`)
  }
}
