// Field tables as they are copied out of interface documents.
import { expect, test } from 'vitest'
import { type DraftField, typeText } from '../../../core/mapping/scaffold/draft.ts'
import { isFieldTable, readFieldTable } from '../../../core/mapping/scaffold/table.ts'

const row = ({ name, zh, type, req, personal, fields }: DraftField): unknown =>
  fields === undefined
    ? [name, typeText(type), req, zh, personal ?? ''].join(' ').trim()
    : { [`${name} ${type.kind} ${req}`]: fields.map(row) }

const same = ['sqrxm s50 Y 申请人姓名 name', 'sl int Y 数量', 'je n16,2 N 金额', 'rq date N 日期']

test.each([
  [
    'CSV',
    '字段名,中文名称,数据类型,长度,是否必填\nsqrxm,申请人姓名,字符型,50,是\nsl,数量,整型,,是\nje,金额,数值型,"16,2",否\nrq,日期,日期型,,否\n',
  ],
  [
    'CSV with semicolons and English headings',
    'name;label;type;length;required\nsqrxm;申请人姓名;varchar;50;Y\nsl;数量;int;11;Y\nje;金额;decimal;16,2;N\nrq;日期;date;;N\n',
  ],
  [
    'Markdown',
    `说明文字

| 参数名 | 描述 | 类型 | 必选 |
|--------|:----:|------|------|
| \`sqrxm\` | 申请人姓名 | String(50) | M |
| sl | 数量 | Integer | M |
| je | 金额 | Number(16,2) | O |
| rq | 日期 | Date | O |
`,
  ],
  [
    'nullable columns',
    '列名,注释,类型,长度,是否为空\nsqrxm,申请人姓名,varchar2,50,N\nsl,数量,int,,否\nje,金额,numeric,"16,2",Y\nrq,日期,date,,是\n'.replace(
      '注释',
      '描述',
    ),
  ],
])('%s', (_, text) => {
  expect(isFieldTable(text)).toBe(true)
  expect(readFieldTable(text).map(row)).toEqual(same)
})

test('paths become objects and lists', () => {
  const text = `字段名,中文名,类型,长度,必填
applicant.name,姓名,字符,50,是
applicant.cert.no,证件号码,字符,18,是
items[].code,编码,字符,20,是
items[*].files[].url,地址,字符,200,否
`
  expect(readFieldTable(text).map(row)).toEqual([
    { 'applicant object N': ['name s50 Y 姓名 name', { 'cert object N': ['no s18 Y 证件号码 id'] }] },
    { 'items list N': ['code s20 Y 编码', { 'files list N': ['url s200 N 地址 address'] }] },
  ])
})

test('rows that are no fields fall out; data is no field table', () => {
  const text = '字段名,中文名,类型\n一、基本信息,,\nsqrxm,申请人姓名,字符\n合计 3 项,,\n'
  expect(readFieldTable(text).map(({ name, notes }) => [name, notes[0]])).toEqual([
    ['sqrxm', 'length not told'],
  ])
  expect(isFieldTable('bjbh,sqrxm\n510700-20260601-000001,张三\n')).toBe(false)
  expect(isFieldTable('')).toBe(false)
})
