// A small city: one department with orders and persons, one platform with rows, and mappings that use every way a value
// can take.
import type { Files } from '../../../core/flow/bundle.ts'

export const city: Files = {
  'codes/sex.yaml': `title: 性别
codes: { "1": { zh: 男 }, "2": { zh: 女 } }
maps: { dept: { M: "1", F: "2" } }
`,
  'schemas/dept/order.yaml': `title: 订单
fields:
  - { name: orderNo, zh: 订单号, type: s20, req: Y }
  - { name: person, zh: 人, type: object, req: Y, fields: [
      { name: name, zh: 姓名, type: s50, req: Y, personal: name },
      { name: idNo, zh: 证件号码, type: s18, req: N, personal: id },
      { name: sex, zh: 性别, type: s1, req: N, values: [M, F] },
      { name: nick, zh: 昵称, type: s50, req: N, personal: name } ] }
  - { name: phones, zh: 电话（逗号分隔）, type: s100, req: N }
  - { name: unread, zh: 不用的, type: s10, req: N }
  - { name: lines, zh: 行, type: list, req: N, fields: [
      { name: no, zh: 行号, type: int, req: Y },
      { name: kept, zh: 保留, type: s1, req: N },
      { name: title, zh: 品名, type: s50, req: N },
      { name: parts, zh: 零件, type: list, req: N, fields: [ { name: code, zh: 零件码, type: s10, req: Y } ] } ] }
`,
  'canonical/order.placed.yaml': `title: 订单提交
key: orderNo
deduplication: [orderNo]
fields:
  - { name: orderNo, zh: 订单号, type: s20, req: Y }
  - { name: who, zh: 姓名, type: s50, req: Y, personal: name }
  - { name: idNo, zh: 证件号码, type: s18, req: N, personal: id }
  - { name: sex, zh: 性别, type: s1, req: N, codes: sex }
  - { name: call, zh: 称呼, type: s50, req: N, personal: name }
  - { name: phones, zh: 电话, type: list, of: s100, req: N }
  - { name: big, zh: 大单, type: s50, req: N }
  - { name: lines, zh: 行, type: list, req: N, fields: [
      { name: no, zh: 行号, type: int, req: Y },
      { name: title, zh: 品名, type: s50, req: N },
      { name: order, zh: 所属订单, type: s20, req: Y } ] }
  - { name: parts, zh: 零件, type: list, req: N, fields: [
      { name: code, zh: 零件码, type: s10, req: Y },
      { name: line, zh: 行号, type: int, req: Y } ] }
  - { name: titles, zh: 品名汇总, type: s500, req: N }
`,
  'dept/order.yaml': `from: dept/order
to: order.placed
format: json
fields:
  orderNo: orderNo
  who: { text: person.name, trim: true }
  idNo: person.idNo
  sex: { code: sex, map: dept, path: person.sex }
  call: { first: [person.nick, person.name] }
  phones: { split: phones, on: "," }
  big: { when: { "lines[2].no": { exists: true } }, then: { const: 大单 } }
  lines:
    each: lines
    where: { kept: "1" }
    fields: { no: no, title: title, order: ^orderNo }
  parts:
    each: lines
    flatten: { each: parts, fields: { code: code, line: ^no } }
  titles: { text: { join: "lines[*].title", with: "、" }, cut: 500 }
`,
  'dept/order.cases.yaml': `- case: a small order
  given: { orderNo: A1, person: { name: " 张三 ", sex: M }, phones: "1, 2" }
  expect: { orderNo: A1, who: 张三, sex: "1", call: " 张三 ", phones: ["1", "2"] }
- case: without a person
  given: { orderNo: A1 }
  error: { path: person.name, rule: required }
`,
  'schemas/plat/rows.yaml': `title: 平台行
fields:
  - { name: BATCH, zh: 批次, type: s14, req: Y }
  - { name: WHO, zh: 姓名, type: s50, req: Y, personal: name }
  - { name: SEAL, zh: 签章, type: s100, req: N }
  - { name: HEAD, zh: 头, type: document, req: Y, holds: { format: json }, fields: [
      { name: NO, zh: 订单号, type: s20, req: Y } ] }
  - { name: ROWS, zh: 行, type: list, req: N, fields: [
      { name: ID, zh: 标识, type: s32, req: Y },
      { name: NAME, zh: 名称, type: s60, req: N } ] }
  - { name: GROUPS, zh: 组, type: list, req: N, fields: [
      { name: TITLE, zh: 品名, type: s50, req: N },
      { name: NOS, zh: 行号, type: list, of: int, req: Y } ] }
`,
  'plat/rows.yaml': `from: order.placed
to: plat/rows
format: json
fields:
  BATCH: { date: { meta: acceptedAt }, to: yyyyMMddHHmmss }
  WHO: who
  SEAL: { step: seal, path: signed }
  HEAD.NO: orderNo
  ROWS:
    concat:
      - { each: lines, fields: { ID: { guid: [{ const: line }, no] }, NAME: { template: "第{no}行" } } }
      - { each: parts, fields: { ID: { guid: [{ const: part }, code] }, NAME: code } }
  GROUPS:
    group: lines
    by: [title]
    fields: { TITLE: first.title, NOS: { each: rows, value: no } }
`,
}

/** What the department sends. */
export const order = {
  orderNo: 'A1',
  person: { name: '张三丰', idNo: '510700190101010012', sex: 'F' },
  phones: '19900000001, 19900000002',
  unread: 'x',
  lines: [
    { no: 1, kept: '0', title: '甲', parts: [{ code: 'P1' }] },
    { no: 2, kept: '1', title: '乙', parts: [{ code: 'P2' }, { code: 'P3' }] },
    { no: 3, kept: '1', title: '甲' },
  ],
}

/** What the hub would make of it. */
export const placed = {
  orderNo: 'A1',
  who: '张三丰',
  lines: [
    { no: 2, title: '乙', order: 'A1' },
    { no: 3, title: '甲', order: 'A1' },
    { no: 4, title: '乙', order: 'A1' },
  ],
  parts: [{ code: 'P2', line: 2 }],
}
