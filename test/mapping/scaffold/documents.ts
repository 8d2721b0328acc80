// What a department hands over in place of a schema: the DDL of its table in four dialects, and the field table of its
// interface document, both written from a shipped schema.
import type { Field } from '../../../core/mapping/schema/field.ts'
import type { Schema } from '../../../core/mapping/schema/schema.ts'

export type Dialect = 'MySQL' | 'Oracle' | 'PostgreSQL' | 'DM8'
export const dialects: readonly Dialect[] = ['MySQL', 'Oracle', 'PostgreSQL', 'DM8']

/** The columns of a schema: its own single values, or those of the records of a batch. */
export function columnsOf({ fields }: Schema): readonly Field[] | undefined {
  const isSingle = ({ type }: Field): boolean => !['object', 'list', 'any'].includes(type.kind)
  const [list] = fields.filter(({ type }) => type.kind === 'list')
  const isBatch = fields.length <= 2
  const columns = (isBatch ? list?.fields : undefined) ?? fields
  return columns.every(isSingle) ? columns : undefined
}

function sqlType({ type }: Field, dialect: Dialect): string {
  const isOracle = dialect === 'Oracle' || dialect === 'DM8'
  switch (type.kind) {
    case 'text':
      return isOracle ? `VARCHAR2(${type.max} CHAR)` : `varchar(${type.max})`
    case 'int':
      return isOracle ? 'NUMBER(10)' : dialect === 'MySQL' ? 'int(11)' : 'integer'
    case 'decimal':
      return isOracle ? `NUMBER(${type.digits},${type.scale})` : `numeric(${type.digits}, ${type.scale})`
    case 'bool':
      return dialect === 'PostgreSQL' ? 'boolean' : 'bit'
    default:
      // moments stand in text columns: what they look like the DDL does not tell
      return isOracle ? 'VARCHAR2(30)' : 'varchar(30)'
  }
}

/** CREATE TABLE of the columns, with their labels as comments. */
export function ddlOf(columns: readonly Field[], dialect: Dialect): string {
  const isMySql = dialect === 'MySQL'
  const quote = isMySql ? '`' : '"'
  const name = (text: string): string => `${quote}${text}${quote}`
  const lines = columns.map((field) => {
    const label = isMySql ? ` COMMENT '${field.zh}'` : ''
    return `  ${name(field.name)} ${sqlType(field, dialect)}${field.req === 'Y' ? ' NOT NULL' : ''}${label}`
  })
  const table = dialect === 'Oracle' || dialect === 'DM8' ? '"BIZ"."T_DATA"' : name('t_data')
  const tail = isMySql ? " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='数据表'" : ''
  const comments = isMySql
    ? []
    : columns.map((field) => `COMMENT ON COLUMN ${table}.${name(field.name)} IS '${field.zh}';`)
  return `CREATE TABLE ${table} (\n${lines.join(',\n')}\n)${tail};\n${comments.join('\n')}\n`
}

/** A field table as CSV; members of objects as `a.b`, of lists as `a[].b`. */
export function fieldTableOf(fields: readonly Field[]): string {
  const rows = [...rowsOf(fields, '')].map((cells) => cells.map((cell) => `"${cell}"`).join(','))
  return ['字段名,中文名称,类型,长度,是否必填', ...rows].join('\n')
}

function* rowsOf(fields: readonly Field[], prefix: string): Generator<string[]> {
  for (const field of fields) {
    const { name, zh, type, req } = field
    const path = `${prefix}${name}${type.kind === 'list' && field.fields ? '[]' : ''}`
    const required = req === 'Y' ? '是' : '否'
    if (field.fields !== undefined) yield* rowsOf(field.fields, `${path}.`)
    else if (type.kind === 'text') yield [path, zh, '字符型', String(type.max), required]
    else if (type.kind === 'decimal') yield [path, zh, '数值型', `${type.digits},${type.scale}`, required]
    else yield [path, zh, type.kind === 'int' ? '整型' : '字符型', type.kind === 'int' ? '' : '30', required]
  }
}
