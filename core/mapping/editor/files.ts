// The file kinds of the mapping language with words for every key.
import { z } from 'zod'
import { casesShape } from '../case-file.ts'
import { checks } from '../checks/table.ts'
import { mappingShape } from '../mapping.ts'
import { canonicalShape } from '../schema/canonical.ts'
import { codesShape } from '../schema/codes.ts'
import { fieldShape } from '../schema/field.ts'
import { ruleShape } from '../schema/rules.ts'
import { schemaKeys } from '../schema/schema.ts'
import { conditionDefinitions } from './condition.ts'
import { expressionDefinitions } from './expression.ts'
import { bilingual, type FileKind, type Hints, type JsonSchema } from './json-schema.ts'

/** Words of `csv:`, under the key it stands in. */
const csvHints = (prefix: string): Hints => ({
  [`${prefix}csv`]: { en: 'how CSV is written', zh: 'CSV 的写法' },
  [`${prefix}csv.delimiter`]: {
    en: 'character between values, a comma when left out',
    zh: '分隔符，缺省为逗号',
  },
  [`${prefix}csv.quote`]: { en: 'character around values, " when left out', zh: '引号字符，缺省为双引号' },
  [`${prefix}csv.header`]: {
    en: 'true: the first line names the columns; false: they are the fields of the schema in its order',
    zh: 'true：首行为列名；false：无首行，列按字段表顺序',
  },
})

/** Words of the XML options of a schema or a held document. */
const xmlHints = (prefix: string): Hints => ({
  [`${prefix}namespace`]: {
    en: 'namespace the root element must have when read; also the default namespace when written',
    zh: '读取时根元素须属的命名空间；写出时亦为默认命名空间',
  },
  [`${prefix}namespaces`]: {
    en: 'prefix: namespace, declared in the root element when written; "" is the default namespace',
    zh: '“前缀: 命名空间”，写出时在根元素声明；"" 为默认命名空间',
  },
  [`${prefix}prefix`]: { en: 'prefix of the root element when written', zh: '写出时根元素的前缀' },
  [`${prefix}declaration`]: { en: 'false: no <?xml …?> when written', zh: 'false：写出时不带 <?xml …?>' },
})

const holdsHints: Hints = {
  'field.holds': {
    en: 'the field is a text on the wire and this document inside; mappings walk into its fields',
    zh: '该字段在报文中是文本，其内为此文档；映射可直接引用其字段',
  },
  'field.holds.format': { en: 'format of the document inside', zh: '内层文档的格式' },
  'field.holds.encoding': { en: 'text as it is, or its bytes in Base64', zh: '原文，或其字节的 Base64' },
  'field.holds.charset': { en: 'characters of the bytes inside', zh: '内层字节的字符编码' },
  'field.holds.root': { en: 'XML root element of the document inside', zh: '内层 XML 的根元素' },
  'field.holds.max': { en: 'most characters of the text that is sent', zh: '发送文本的最大字符数' },
  ...xmlHints('field.holds.'),
  ...csvHints('field.holds.'),
  'field.prefix': {
    en: 'XML: prefix of the element or attribute when written',
    zh: 'XML：写出时元素或属性的前缀',
  },
  'field.cdata': { en: 'XML: the text is written as CDATA', zh: 'XML：文本以 CDATA 写出' },
}

const condition: JsonSchema = { $ref: '#/definitions/condition' }

/** Words of a row of a field table. */
export const fieldHints: Hints = {
  'field.name': { en: 'name of the field, as on the wire', zh: '字段名（接口中的名称）' },
  'field.zh': { en: 'Chinese name, used in messages', zh: '中文名，用于提示信息' },
  'field.type': {
    en: 's<N> text of at most N characters · int · n<p>,<s> decimal of p digits, s of them after the point (in quotes) · bool · date · datetime · object · list · document a text that holds a document (see holds) · any',
    zh: 's<N> 至多 N 个字符的文本 · int 整数 · n<p>,<s> 共 p 位、小数 s 位（须加引号） · bool · date · datetime · object · list · document 以文本承载的文档（见 holds） · any',
    schema: {
      type: 'string',
      anyOf: [
        { enum: ['int', 'bool', 'date', 'datetime', 'object', 'list', 'document', 'any'] },
        { pattern: '^s\\d{1,7}$' },
        { pattern: '^n\\d{1,2},\\d{1,2}$' },
      ].map((each) => ({ type: 'string', ...each })),
    },
  },
  'field.of': { en: 'type of the elements of a list of single values', zh: '单值列表的元素类型' },
  'field.req': {
    en: 'Y required, N not, C under a condition (say which in rules)',
    zh: 'Y 必填，N 选填，C 条件必填（条件写在 rules 中）',
  },
  'field.format': {
    en: 'date format: yyyy MM dd HH mm ss SSS and literals, quoted letters as in "yyyy-MM-dd\'T\'HH:mm:ss"; or epochMillis, epochSeconds',
    zh: '日期格式：yyyy MM dd HH mm ss SSS 及分隔符，字母须加单引号；或 epochMillis、epochSeconds',
  },
  'field.codes': { en: 'code table the value must be a code of', zh: '取值所属的代码表' },
  'field.check': {
    en: 'validator by name; certificate-number takes the path of the certificate type',
    zh: '校验器；certificate-number 需给出证件类型的路径',
    schema: {
      anyOf: [
        { type: 'string', enum: [...checks.keys()] },
        {
          type: 'object',
          description: bilingual({
            en: 'the number is checked by the type at this path: citizen id, credit code, organisation code',
            zh: '按该路径的证件类型校验证件号码',
          }),
          properties: { 'certificate-number': { type: 'string' } },
          required: ['certificate-number'],
          additionalProperties: false,
        },
      ],
    },
  },
  'field.min': {
    en: 'least value, least characters or least elements',
    zh: '最小值、最少字符数或最少元素数',
  },
  'field.pattern': { en: 'regular expression the text must match', zh: '文本须符合的正则表达式' },
  'field.values': {
    en: 'the only values allowed, where no code table is worth its file',
    zh: '允许的取值（不必单列代码表时）',
  },
  'field.personal': {
    en: 'class of personal data: masked in logs, evidence and screens, and never mapped into a field without a class',
    zh: '个人信息类别：在日志、存证与界面中脱敏，且不得映射到未标类别的字段',
  },
  ...holdsHints,
  'field.note': { en: 'a remark, for people', zh: '备注' },
  'field.fields': {
    en: 'members of an object, or of each object of a list',
    zh: '对象（或列表中每个对象）的成员',
  },
}

const ruleHints: Hints = {
  'rule.when': {
    en: 'the rule holds only under this condition',
    zh: '仅在满足该条件时适用',
    schema: condition,
  },
  'rule.require': { en: 'fields that must be there', zh: '必须有值的字段' },
  'rule.any': { en: 'one of the required fields is enough', zh: '其中任一字段有值即可' },
  'rule.check': { en: 'what must hold', zh: '必须成立的条件', schema: condition },
  'rule.path': {
    en: 'field to name in the message; left out: the first of the check',
    zh: '提示信息中指出的字段，缺省为 check 的第一个',
  },
  'rule.zh': { en: 'the message in Chinese', zh: '中文提示' },
  'rule.en': { en: 'the message in English', zh: '英文提示' },
}

const schemaHints: Hints = {
  title: { en: 'name of the table', zh: '表名' },
  source: { en: 'where it is from: standard and clause', zh: '出处：标准与条款' },
  root: { en: 'XML root element', zh: 'XML 根元素' },
  ...xmlHints(''),
  fields: {
    en: 'the rows of the field table, in the order of the standard',
    zh: '字段表各行，按标准中的顺序',
  },
  rules: { en: 'rules over the whole document', zh: '整体校验规则' },
  ...fieldHints,
  ...ruleHints,
}

const parts = { field: fieldShape, rule: ruleShape }

/** Kinds by the name of their schema file. */
export const mappingKinds: Readonly<Record<string, FileKind>> = {
  mapping: {
    title: { en: 'mapping', zh: '映射' },
    shape: mappingShape,
    hints: {
      title: { en: 'what it is', zh: '说明' },
      source: { en: 'where it is from: standard and clause', zh: '出处：标准与条款' },
      from: {
        en: "intake: the department's schema; outbound: the canonical type, or several",
        zh: '接入：部门字段表；推送：标准类型，可为多个',
      },
      to: {
        en: "intake: the canonical type; outbound: the platform's schema",
        zh: '接入：标准类型；推送：平台字段表',
      },
      format: { en: 'format of the bytes on the wire', zh: '报文格式' },
      charset: { en: 'characters of the bytes', zh: '字符编码' },
      ...csvHints(''),
      group: {
        en: 'intake, with split: rows of equal values become one record; paths first.x and rows',
        zh: '接入（配合 split）：取值相同的行合为一条记录，路径为 first.x 与 rows',
      },
      split: {
        en: 'intake: one record for each element of this list; $ when the body itself is the list',
        zh: '接入：该列表的每个元素生成一条记录；$ 表示报文本身即列表',
      },
      fields: {
        en: 'target: source; a dot in the target builds objects',
        zh: '“目标: 来源”；目标中的点号生成对象',
        schema: { $ref: '#/definitions/fields' },
      },
    },
    definitions: expressionDefinitions(),
  },
  'mapping-cases': {
    title: { en: 'cases of a mapping', zh: '映射用例' },
    shape: casesShape,
    hints: {
      case: { en: 'what it shows', zh: '用例说明' },
      given: { en: 'the source document', zh: '来源数据' },
      text: { en: 'the raw body, for XML and form', zh: '原始报文（XML、表单）' },
      type: {
        en: 'canonical type of `given`, when the mapping has several',
        zh: 'given 的标准类型（映射有多个来源时）',
      },
      steps: { en: 'results of earlier steps by name', zh: '前面步骤的结果' },
      meta: { en: 'values of the message: acceptedAt …', zh: '消息自身的值：acceptedAt 等' },
      expect: { en: 'exactly what must come out', zh: '应得到的完整结果' },
      error: { en: 'the error that must come instead', zh: '应得到的错误' },
      'error.path': { en: 'path of the field at fault', zh: '出错字段的路径' },
      'error.rule': {
        en: 'rule that is broken: required, length, code …',
        zh: '违反的规则：required、length、code 等',
      },
      'error.code': {
        en: 'error code: message.invalid, body.json …',
        zh: '错误代码：message.invalid、body.json 等',
      },
    },
  },
  schema: {
    title: { en: 'schema (field table)', zh: '字段表' },
    shape: z.strictObject(schemaKeys),
    parts,
    hints: schemaHints,
    definitions: conditionDefinitions(),
  },
  canonical: {
    title: { en: 'canonical type', zh: '标准类型' },
    shape: canonicalShape,
    parts,
    hints: {
      ...schemaHints,
      key: {
        en: 'path of the business key that keeps its order, mostly the case number',
        zh: '保序的业务主键路径，多为办件编号',
      },
      deduplication: { en: 'paths whose values make a record unique', zh: '去重键：各路径的值共同唯一' },
      coverage: { en: 'what coverage counts by, and what is late', zh: '覆盖统计：统计事项与超期口径' },
      'coverage.item': {
        en: 'path of the item, mostly the implementation code; never personal data',
        zh: '事项路径，多为实施编码；不得为个人信息',
      },
      'coverage.due': { en: 'by when it was promised', zh: '承诺时限' },
      'coverage.due.at': {
        en: 'path of the promised moment; a date means the whole day',
        zh: '承诺时刻的路径；仅有日期时含当日全天',
      },
      'coverage.due.days': {
        en: 'path of the promised number of working days, where there is no moment',
        zh: '承诺工作日数的路径（无承诺时刻时采用）',
      },
      'coverage.due.after': {
        en: 'path of the day they are counted from, itself not counted',
        zh: '起算时间的路径，当日不计',
      },
      'coverage.due.holidays': {
        en: 'code table whose codes are the days off, yyyy-MM-dd',
        zh: '放假日代码表，代码为 yyyy-MM-dd',
      },
      'coverage.due.workdays': {
        en: 'code table whose codes are the weekend days that are worked',
        zh: '调休上班日代码表，代码为 yyyy-MM-dd',
      },
    },
    definitions: conditionDefinitions(),
  },
  codes: {
    title: { en: 'code table', zh: '代码表（字典）' },
    shape: codesShape,
    hints: {
      title: { en: 'name of the table', zh: '表名' },
      source: { en: 'where it is from: standard and clause', zh: '出处：标准与条款' },
      codes: { en: 'the codes of the standard; write them in quotes', zh: '标准代码，须加引号' },
      'codes.zh': { en: 'Chinese label', zh: '中文名称' },
      'codes.en': { en: 'English label', zh: '英文名称' },
      'codes.from': { en: 'first day it is in force (yyyy-MM-dd)', zh: '启用日期' },
      'codes.until': { en: 'first day it is no longer in force (yyyy-MM-dd)', zh: '停用日期（当日起无效）' },
      partOf: {
        en: "the table whose codes these are a part of: a department's own list of a standard's codes",
        zh: '所属代码表：本表是该标准代码表的一部分（部门自用子集）',
      },
      maps: {
        en: 'translations by the name of the outside system: outside code → standard code',
        zh: '各外部系统的对照：外部代码 → 标准代码',
      },
    },
  },
}
