// What each test of a condition means, in both languages; a test keeps the table equal to the tests themselves.

/** Tests by name. `operand`: what they compare with. */
export const testWords: Readonly<
  Record<
    string,
    { en: string; zh: string; operand: 'flag' | 'value' | 'values' | 'values or value' | 'expression' }
  >
> = {
  exists: {
    operand: 'flag',
    en: 'true: there is a value; false: there is none',
    zh: 'true 有值，false 无值',
  },
  equals: { operand: 'value', en: 'the same text', zh: '等于' },
  not: { operand: 'values or value', en: 'not this, or none of these', zh: '不等于（或不在列表中）' },
  in: { operand: 'values', en: 'one of these', zh: '在列表中' },
  contains: { operand: 'value', en: 'holds this text, or this element', zh: '包含该文本或元素' },
  startsWith: { operand: 'value', en: 'starts with this text', zh: '以该文本开头' },
  matches: { operand: 'expression', en: 'matches this regular expression', zh: '与正则表达式相符' },
  gt: { operand: 'value', en: 'greater (or later) than', zh: '大于（晚于）' },
  gte: { operand: 'value', en: 'greater than or equal', zh: '大于等于' },
  lt: { operand: 'value', en: 'less (or earlier) than', zh: '小于（早于）' },
  lte: { operand: 'value', en: 'less than or equal', zh: '小于等于' },
}

/** Words that join conditions. */
export const joinWords = {
  any: { en: 'at least one of these conditions holds', zh: '至少满足其中一个条件' },
  all: { en: 'all of these conditions hold', zh: '满足全部条件' },
  not: { en: 'this condition does not hold', zh: '不满足该条件' },
} as const
