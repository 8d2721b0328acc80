// The errors a kind of conversion itself can give, whatever its target demands.

/** A demand; what does not meet it gives an issue with this rule. */
export type Demand = { rule: string; en: string; zh: string }

const byKind: Readonly<Record<string, readonly Demand[]>> = {
  code: [
    { rule: 'code', en: 'a code the table (or its map) has', zh: '代码表（对照）中有的代码' },
    { rule: 'retired', en: 'in force on the day it is judged at', zh: '判断日期有效的代码' },
  ],
  date: [{ rule: 'date', en: 'a real date in the format of the source', zh: '来源格式的有效日期' }],
  batch: [{ rule: 'date', en: 'a real date and time', zh: '有效的日期时间' }],
  number: [{ rule: 'type', en: 'a number', zh: '数值' }],
  each: [{ rule: 'type', en: 'a list', zh: '列表' }],
  group: [{ rule: 'type', en: 'a list', zh: '列表' }],
  fn: [{ rule: 'function', en: 'values the function can compute with', zh: '函数可以计算的值' }],
  expr: [
    {
      rule: 'expression',
      en: 'the expression ends in time and without an error',
      zh: '表达式按时计算且无错误',
    },
  ],
}

/** By the kinds that stand in an expression. */
export function conversionErrors(kinds: readonly string[]): Demand[] {
  return kinds.flatMap((kind) => byKind[kind] ?? [])
}
