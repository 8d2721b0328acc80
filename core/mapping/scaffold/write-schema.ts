// A draft as the text of a schema file.
import { type Draft, type DraftField, typeText } from './draft.ts'
import { flow, remark } from './yaml-text.ts'

/** Text of a schema file. */
export function writeSchema(draft: Draft): string {
  const head = [
    `# Draft by qiao mapping scaffold from a ${remark(draft.origin)}; check it against the interface document. 草稿，须与接口文档核对。`,
    ...(/sample/.test(draft.origin)
      ? ['# A sample cannot tell lengths, nor what is required: both are guesses. 长度与必填为推测。']
      : []),
    `title: ${JSON.stringify(draft.title)}`,
    ...(draft.root === undefined ? [] : [`root: ${flow(draft.root)}`]),
    'fields:',
  ]
  return `${[...head, ...draft.fields.flatMap((field) => writeField(field, '  '))].join('\n')}\n`
}

function writeField(field: DraftField, indent: string): string[] {
  const { name, zh, req, notes } = field
  const comment = notes.length > 0 ? ` # ${remark([...new Set(notes)].join('; '))}` : ''
  const base = [`name: ${flow(name)}`, ...(zh === '' ? [] : [`zh: ${JSON.stringify(zh)}`])]
  if (field.fields !== undefined && field.fields.length > 0) {
    const rows = field.fields.flatMap((each) => writeField(each, `${indent}    `))
    const lines = [...base, `type: ${field.type.kind}`, `req: ${req}`].map(
      (line, i) => `${indent}${i === 0 ? '- ' : '  '}${line}`,
    )
    return [`${lines[0]}${comment}`, ...lines.slice(1), `${indent}  fields:`, ...rows]
  }
  const parts = [...base, ...typeParts(field), `req: ${req}`]
  if (field.codes !== undefined) parts.push(`codes: ${flow(field.codes)}`)
  if (field.personal !== undefined) parts.push(`personal: ${field.personal}`)
  return [`${indent}- { ${parts.join(', ')} }${comment}`]
}

function typeParts({ type, item }: DraftField): string[] {
  if (type.kind === 'list')
    return item === undefined ? ['type: any'] : ['type: list', `of: ${flow(typeText(item.type))}`]
  if ('format' in type) {
    const usual = type.format === (type.kind === 'date' ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss')
    return [`type: ${type.kind}`, ...(usual ? [] : [`format: ${JSON.stringify(type.format)}`])]
  }
  const text = typeText(type)
  return [`type: ${text.includes(',') ? JSON.stringify(text) : text}`]
}
