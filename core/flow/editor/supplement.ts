// Words for `supplement` of a system file.
import type { Hints } from '../../mapping/editor/json-schema.ts'

/** What each key means. */
export const supplementHints: Hints = {
  supplement: {
    en: 'how it hands out supplement tasks: records it wants sent again, or for the first time; of operations with a `query` or `record`',
    zh: '补传任务：平台如何要求补传或重传记录；范围为配置了 `query` 的操作',
  },
  'supplement.operation': {
    en: 'operation that lists its open tasks, page by page',
    zh: '按页提供待办补传任务的操作',
  },
  'supplement.by': {
    en: 'the document that asks: name → page (from 1), size, or { const: … }',
    zh: '请求报文：名称 → page 页码（从 1 起）、size 每页条数，或 { const: … }',
  },
  'supplement.by.const': { en: 'a fixed value', zh: '固定值' },
  'supplement.size': { en: 'tasks of a full page; one with fewer is the last', zh: '每页条数，不足即为末页' },
  'supplement.rows': { en: 'the list in the reply', zh: '应答中清单的路径' },
  'supplement.every': { en: 'how often it is asked', zh: '查询间隔' },
  'supplement.execute': {
    en: '`auto`: tasks are executed by themselves, otherwise when an operator says so',
    zh: '`auto` 自动执行，缺省由人工批准后执行',
  },
  'supplement.task': { en: 'id of a task, in its row', zh: '任务编号在行中的路径' },
  'supplement.reason': { en: 'why it wants them', zh: '补传原因' },
  'supplement.deadline': { en: 'until when: a day or a time', zh: '完成期限：日期或时间' },
  'supplement.records': {
    en: 'list of records in the row; where there is none, the row itself says which are meant',
    zh: '行中的记录清单；没有清单时由行本身说明所指的记录',
  },
  'supplement.record': {
    en: 'which record is meant: names as in `record` of the operations, or `by` of their queries → path in the record, else in the row; all records that have the names given, where one is left out',
    zh: '所指的记录：名称与操作的 `record` 或 query 的 by 一致 → 记录（否则行）中的路径；缺少某项时指其余各项相符的全部记录',
  },
  'supplement.key': {
    en: 'business key, in the record or row: finds its records fast, or means all of them',
    zh: '业务主键，在记录或行中：据此快速查找，或指其全部记录',
  },
  'supplement.from': {
    en: 'first day, in the record or row: records delivered from then on',
    zh: '起始日期，在记录或行中：该日起送达的记录',
  },
  'supplement.to': { en: 'last day; left out: the first', zh: '截止日期，缺省同起始日期' },
  'supplement.tell': {
    en: 'how it is told what became of a task, until it has understood',
    zh: '如何回报任务结果，直至平台确认',
  },
  'supplement.tell.operation': { en: 'operation that takes the outcome', zh: '接收结果的操作' },
  'supplement.tell.by': {
    en: 'the document: name → task, delivered and refused (how many), records, finished (yyyy-MM-dd HH:mm:ss), or { const: … }',
    zh: '结果报文：名称 → task 任务编号、delivered 与 refused 条数、records 记录、finished 完成时间，或 { const: … }',
  },
  'supplement.tell.by.const': { en: 'a fixed value', zh: '固定值' },
  'supplement.tell.record': {
    en: 'a record in it: name → a name of `record`, or `state`',
    zh: '其中的记录：名称 → record 中的名称，或 state 结果',
  },
  'supplement.tell.states': { en: 'how it calls each result', zh: '各种结果的代码' },
  'supplement.tell.states.delivered': { en: 'it is there', zh: '已送达' },
  'supplement.tell.states.later': {
    en: 'not sent again: its key has gone on since',
    zh: '未重传：同一主键已有后续投递',
  },
  'supplement.tell.states.unknown': { en: 'never accepted here', zh: '本方未曾受理' },
  'supplement.tell.states.gone': { en: 'an operator decided not to send it', zh: '人工决定不发送' },
}
