// The department's message that the benchmark posts: nested camelCase JSON, 35 fields and 8 lines of 10 fields.
import { createHash } from 'node:crypto'

/** Where the hub takes it in; the reference program answers on the same path. */
export const intakePath = '/v1/bench/record'

/** Message number `index` of a run. Equal arguments give equal messages; every one has a key of its own. */
export function makeMessage(run: string, index: number): Record<string, unknown> {
  const day = 1 + (index % 28)
  const date = `2026-03-${String(day).padStart(2, '0')}`
  return {
    recordId: recordId(run, index),
    caseNo: `5101${run}${String(index).padStart(8, '0')}`,
    region: { code: '510104', name: '四川省成都市锦江区' },
    applicant: {
      name: '王小明',
      kind: '1',
      certType: 'ID_CARD',
      certNo: citizenId(index),
      mobile: '13800138000',
      address: '四川省成都市锦江区滨江东路88号',
    },
    item: { code: '11510104MB1234567X1510123001', name: '房屋产权登记', type: '01', version: 3 },
    office: {
      name: '锦江区住房和城乡建设局',
      code: '11510104009150124A',
      window: 'A12',
      handler: '李工',
      no: 'JJ0042',
    },
    appliedAt: `${date}T09:15:30`,
    promise: { date, days: 5, legalDays: 20 },
    channel: '1',
    urgency: '0',
    fee: '80.00',
    paid: '1',
    express: { wanted: '1', no: 'SF1234567890' },
    contact: { name: '张丽', mobile: '13900139000' },
    project: { name: '滨江花园二期', code: '2603-510104-04-01-123456' },
    batch: '20260301',
    remark: '材料齐全',
    lines: Array.from({ length: 8 }, (_, n) => line(n, date)),
  }
}

function line(n: number, date: string): Record<string, unknown> {
  return {
    no: n + 1,
    code: `M${n}07`,
    name: '身份证明',
    form: '1',
    copies: 1,
    pages: 2,
    origin: '10',
    received: '1',
    day: date,
    note: '原件',
  }
}

/** A UUID-shaped text from the run and index. */
function recordId(run: string, index: number): string {
  const hex = createHash('sha256').update(`${run}/${index}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A citizen id with a right check character (GB 11643-1999 §4). */
export function citizenId(index: number): string {
  const body = `51010419900101${String(index % 1000).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return body + '10X98765432'[sum % 11]
}
