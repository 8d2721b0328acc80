// What each kind of expression and each of its options means, in both languages: editors show it, the language page is
// checked against it. The keys are those of the table of kinds; a test keeps the two equal.

/** A text in both languages. */
export type Words = { en: string; zh: string }

/** What an option holds. `fields`: targets with expressions; `formats`: a date format or several. */
export type OptionType =
  | 'expression'
  | 'expressions'
  | 'path'
  | 'paths'
  | 'condition'
  | 'fields'
  | 'arguments'
  | 'formats'
  | 'text'
  | 'count'
  | 'number'
  | 'flag'
  | 'scalar'
  | 'any'
  | readonly string[]

/** One option: its type (a list of texts: one of them), whether it must stand, and what it does. */
export type OptionWords = Words & { type: OptionType; need?: true }

/** One kind of expression. `one`: options of which exactly one must stand. */
export type KindWords = Words & {
  example: string
  options: Readonly<Record<string, OptionWords>>
  one?: readonly string[]
}

/** `default`, which every kind may have. */
export const defaultWords: OptionWords = {
  type: 'scalar',
  en: 'value to use when the expression gives nothing',
  zh: '表达式没有值时使用的缺省值',
}

/** The kinds by the key that names them. */
export const kindWords: Readonly<Record<string, KindWords>> = {
  const: {
    en: 'a fixed value',
    zh: '固定值（常量）',
    example: '{ const: "p51" }',
    options: { const: { type: 'any', need: true, en: 'the value, any YAML', zh: '值，可为任意 YAML' } },
  },
  code: {
    en: 'a value through a code table; without `map` it must be a standard code already',
    zh: '按代码表（字典）转换；没有 map 时来源值须已是标准代码',
    example: '{ code: applicant-type, map: housing, path: applicant.kind }',
    one: ['path', 'of'],
    options: {
      code: { type: 'text', need: true, en: 'name of the code table', zh: '代码表名称' },
      map: {
        type: 'text',
        en: 'name of the translation in the table (outside code → standard code)',
        zh: '代码表中对照的名称（外部代码 → 标准代码）',
      },
      reverse: {
        type: 'flag',
        en: 'read the map backwards: standard code → outside code',
        zh: '反向使用对照：标准代码 → 外部代码',
      },
      path: { type: 'expression', en: 'source path of the value', zh: '来源路径' },
      of: {
        type: 'expression',
        en: 'an expression that gives the value, in place of path',
        zh: '代替 path 的表达式',
      },
      otherwise: {
        type: 'text',
        en: 'what becomes of values without a counterpart: refuse, or this value',
        zh: '没有对应代码的值如何处理：refuse（拒收）或取此值',
      },
      on: {
        type: 'path',
        en: 'path of the day the code must be in force on; left out: the day of acceptance',
        zh: '判断代码是否有效的日期的路径，缺省为受理当日',
      },
    },
  },
  date: {
    en: 'a date in another format; times are Asia/Shanghai',
    zh: '日期格式转换（时区均为 Asia/Shanghai）',
    example: `{ date: applyTime, from: "yyyy-MM-dd'T'HH:mm:ss", to: yyyyMMddHHmmss }`,
    options: {
      date: { type: 'expression', need: true, en: 'source of the date', zh: '日期来源' },
      from: {
        type: 'formats',
        en: 'format of the source, or several: the first that fits counts; letters yyyy MM dd HH mm ss SSS, or epochMillis, epochSeconds; left out: the format of the source field',
        zh: '来源格式，可列多个，取第一个相符的；字母为 yyyy MM dd HH mm ss SSS，或 epochMillis、epochSeconds；缺省为来源字段的格式',
      },
      to: {
        type: 'text',
        en: 'format of the target; left out: that of the target field',
        zh: '目标格式，缺省为目标字段的格式',
      },
    },
  },
  batch: {
    en: 'a batch number: the day and the run of that day, the same for every attempt',
    zh: '批次号：日期加当日批次，重发时不变',
    example: '{ batch: { meta: acceptedAt }, every: 60 }',
    options: {
      batch: { type: 'expression', need: true, en: 'the date and time', zh: '日期时间' },
      every: { type: 'count', need: true, en: 'minutes of one run', zh: '每批次的分钟数' },
      digits: { type: 'count', en: 'digits of the run, 5 if not said', zh: '批次的位数，缺省 5' },
    },
  },
  template: {
    en: 'a text with places: {path}; `{{` writes a brace; absent when one of its values is',
    zh: '文本模板：{路径} 处填入值，{{ 表示花括号本身；任一值缺失则整体缺失',
    example: '{ template: "关于{applicant.name}的{item.name}业务" }',
    options: { template: { type: 'text', need: true, en: 'the text', zh: '模板文本' } },
  },
  text: {
    en: 'text conversions, done in the order fold, trim, upper, lower, cut, pad; drop and limit judge what came of it',
    zh: '文本转换，依次为 fold、trim、upper、lower、cut、pad；drop 与 limit 判断转换后的长度',
    example: '{ text: applicant.certNo, fold: true, trim: true, upper: true }',
    options: {
      text: { type: 'expression', need: true, en: 'source of the text', zh: '文本来源' },
      fold: { type: 'flag', en: 'full-width characters become half-width', zh: '全角转半角' },
      trim: { type: 'flag', en: 'drop blanks at both ends', zh: '去除首尾空白' },
      upper: { type: 'flag', en: 'to upper case', zh: '转为大写' },
      lower: { type: 'flag', en: 'to lower case', zh: '转为小写' },
      cut: {
        type: 'count',
        en: 'of a longer text keep the first so many characters',
        zh: '超长时截取前若干个字符',
      },
      drop: { type: 'count', en: 'leave a longer text out', zh: '超长时舍弃该值' },
      limit: {
        type: 'count',
        en: 'refuse a longer text: the sender promises that it is shorter',
        zh: '超长时拒收（报送方承诺不会超长）',
      },
      pad: { type: 'count', en: 'fill with zeros on the left to this length', zh: '左侧补零至该长度' },
    },
  },
  number: {
    en: 'exact decimal arithmetic, no rounding surprises',
    zh: '精确的十进制运算',
    example: '{ number: fee, multiply: 100, fixed: 0 }',
    options: {
      number: { type: 'expression', need: true, en: 'source of the number', zh: '数值来源' },
      multiply: { type: 'number', en: 'factor', zh: '乘数' },
      fixed: {
        type: 'count',
        en: 'give text with so many decimals (0 to 10)',
        zh: '输出为固定小数位数的文本（0 到 10）',
      },
    },
  },
  when: {
    en: 'one of two expressions, by a condition',
    zh: '按条件取值',
    example: '{ when: { applicant.type: "1" }, then: applicant.name, else: applicant.legalRepresentative }',
    options: {
      when: { type: 'condition', need: true, en: 'the condition', zh: '条件' },
      // biome-ignore lint/suspicious/noThenProperty: a word of the language
      then: { type: 'expression', need: true, en: 'taken when it holds', zh: '条件成立时' },
      else: {
        type: 'expression',
        en: 'taken when it does not; left out: nothing',
        zh: '条件不成立时，缺省为无值',
      },
    },
  },
  first: {
    en: 'the first of several expressions that gives a value',
    zh: '依次取第一个有值的表达式',
    example: '{ first: [agent.mobile, applicant.mobile] }',
    options: {
      first: { type: 'expressions', need: true, en: 'the expressions in order', zh: '表达式列表（按顺序）' },
    },
  },
  join: {
    en: 'values to one text; absent ones fall out',
    zh: '连接为一个文本，缺失的值跳过',
    example: '{ join: materials[*].name, with: "、" }',
    options: {
      join: {
        type: 'expressions',
        need: true,
        en: 'a path with [*], or a list of expressions',
        zh: '带 [*] 的路径，或表达式列表',
      },
      with: { type: 'text', en: 'what stands between', zh: '分隔符' },
    },
  },
  split: {
    en: 'one text to a list; pieces are trimmed, empty ones dropped',
    zh: '文本拆分为列表，各段去空白，空段丢弃',
    example: '{ split: phones, on: "," }',
    options: {
      split: { type: 'expression', need: true, en: 'source of the text', zh: '文本来源' },
      on: { type: 'text', need: true, en: 'the separator', zh: '分隔符' },
    },
  },
  each: {
    en: 'a list from a list; paths inside start at the element ($ is the root)',
    zh: '由列表生成列表；其中的路径从元素开始，$ 表示根',
    example: '{ each: materials, where: { kept: "1" }, fields: { name: title } }',
    one: ['fields', 'value', 'flatten'],
    options: {
      each: { type: 'path', need: true, en: 'path of the list', zh: '列表的路径' },
      where: { type: 'condition', en: 'only elements for which it holds', zh: '仅取满足条件的元素' },
      fields: { type: 'fields', en: 'targets of each element', zh: '每个元素的目标字段' },
      value: { type: 'expression', en: 'a single value for each element', zh: '每个元素的单个值' },
      flatten: {
        type: 'expression',
        en: 'a list for each element; the lists become one',
        zh: '每个元素生成一个列表，各列表合并为一',
      },
    },
  },
  group: {
    en: 'rows of equal values become one item: first is its first row, rows the list of them',
    zh: '取值相同的行合为一项：first 为首行，rows 为各行',
    example:
      '{ group: rows, by: [caseNo], fields: { no: first.caseNo, lines: { each: rows, fields: { no: lineNo } } } }',
    one: ['fields', 'value', 'flatten'],
    options: {
      group: { type: 'path', need: true, en: 'path of the list', zh: '列表的路径' },
      by: {
        type: 'paths',
        need: true,
        en: 'paths of the row whose values tell groups apart',
        zh: '区分各组的行内路径',
      },
      where: { type: 'condition', en: 'only groups for which it holds', zh: '仅取满足条件的组' },
      fields: { type: 'fields', en: 'targets of each group', zh: '每组的目标字段' },
      value: { type: 'expression', en: 'a single value for each group', zh: '每组的单个值' },
      flatten: {
        type: 'expression',
        en: 'a list for each group; the lists become one',
        zh: '每组生成一个列表，合并为一',
      },
    },
  },
  concat: {
    en: 'several lists become one',
    zh: '多个列表合并为一个',
    example: '{ concat: [{ each: a, fields: { no: no } }, { each: b, fields: { no: no } }] }',
    options: { concat: { type: 'expressions', need: true, en: 'the lists, in order', zh: '按顺序的各列表' } },
  },
  fields: {
    en: 'an object; the same as dotted targets',
    zh: '对象，等同于以点号书写的目标',
    example: '{ fields: { name: applicant.name, mobile: applicant.mobile } }',
    options: { fields: { type: 'fields', need: true, en: 'targets of the object', zh: '对象的目标字段' } },
  },
  step: {
    en: 'what the reply to an earlier step of the flow left',
    zh: '流程中前面步骤的应答结果',
    example: '{ step: seal, path: signedValue }',
    options: {
      step: { type: 'text', need: true, en: 'name of the step', zh: '步骤名称' },
      path: { type: 'path', en: 'path inside its result', zh: '结果中的路径' },
    },
  },
  meta: {
    en: 'a value of the message itself',
    zh: '消息自身的值',
    example: '{ meta: acceptedAt }',
    options: {
      meta: {
        type: ['messageId', 'acceptedAt', 'now', 'source', 'type', 'key'],
        need: true,
        en: 'messageId, acceptedAt, now, source (system), type, key',
        zh: '消息编号、受理时间、当前时间、来源系统、类型、业务主键',
      },
    },
  },
  guid: {
    en: 'a record identifier that stays the same over updates: 32 hex digits of SM3 over the values',
    zh: '稳定的记录标识：对各值以 SM3 计算，取 32 位十六进制',
    example: '{ guid: [caseNo, { const: accept }] }',
    options: {
      guid: { type: 'expressions', need: true, en: 'what identifies the record', zh: '标识记录的各值' },
    },
  },
  digest: {
    en: 'a digest of a value over its UTF-8 text',
    zh: '摘要值（按 UTF-8 文本计算）',
    example: '{ digest: sm3, of: { json: . }, encode: base64 }',
    options: {
      digest: { type: ['sm3', 'sha256'], need: true, en: 'algorithm', zh: '算法' },
      of: { type: 'expression', need: true, en: 'what is digested', zh: '被摘要的内容' },
      encode: { type: ['hex', 'base64'], en: 'hex (default) or base64', zh: '编码，缺省为 hex' },
    },
  },
  fn: {
    en: 'a function of an adapter',
    zh: '适配器提供的函数',
    example: '{ fn: licence-identifier, args: { type: licence.typeCode, issuer: licence.issuerCode } }',
    options: {
      fn: { type: 'text', need: true, en: 'name of the function', zh: '函数名称' },
      args: { type: 'arguments', en: 'its arguments by name', zh: '参数' },
    },
  },
  expr: {
    en: 'JSONata, the way out when nothing else fits; the result has a declared type and a time budget',
    zh: 'JSONata 表达式，其他写法都不适用时使用；须声明结果类型与时间上限',
    example: '{ expr: "$sum(fees.amount)", type: "n10,2", budget: 50 }',
    options: {
      expr: {
        type: 'text',
        need: true,
        en: 'JSONata; $ is the item, $root, $meta, $steps are known',
        zh: 'JSONata 文本；$ 为当前项，另有 $root、$meta、$steps',
      },
      type: {
        type: 'text',
        need: true,
        en: 'type of the result, as in a schema: s50, "n16,2", int …',
        zh: '结果类型，写法同字段表：s50、"n16,2"、int 等',
      },
      budget: { type: 'count', en: 'milliseconds it may take (default 50)', zh: '允许的毫秒数，缺省 50' },
    },
  },
  json: {
    en: 'canonical JSON text of a value: sorted keys, no blanks',
    zh: '值的规范 JSON 文本（键排序、无空白）',
    example: '{ json: materials }',
    options: { json: { type: 'expression', need: true, en: 'the value', zh: '值' } },
  },
  path: {
    en: 'a source path; the same as the plain text',
    zh: '来源路径，与直接书写路径相同',
    example: '{ path: applicant.name, default: 无 }',
    options: {
      path: {
        type: 'path',
        need: true,
        en: 'a.b · list[0].c · list[*].c · $.x from the root · ^x from the item around this one · . the item itself',
        zh: 'a.b · list[0].c · list[*].c · $.x 从根开始 · ^x 从外层条目开始 · . 当前项',
      },
    },
  },
}
