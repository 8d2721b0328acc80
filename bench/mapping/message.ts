// The case that is mapped: nested, with lists, for 40 target fields. Messages differ, so that no text is met twice in a row.
import { citizenId } from '../message.ts'

/** Canonical case number `index`; every third has an agent, every second an express delivery. */
export function makeCase(index: number): Record<string, unknown> {
  const day = String(1 + (index % 28)).padStart(2, '0')
  const at = (time: string): string => `2026-03-${day} ${time}`
  return {
    caseNo: `510104-202603${day}-${String(index).padStart(6, '0')}`,
    item: {
      catalogCode: '000131004000',
      taskCode: '11510104009150124M4000131004000',
      name: '商品房预售许可',
      version: 3,
      type: index % 4 === 0 ? '1' : '2',
    },
    applicant: person('王小明', index, { address: ` 四川省成都市锦江区滨江东路${index}号 ` }),
    ...(index % 3 === 0 ? { agent: person('张丽', index + 500, {}) } : {}),
    office: {
      name: '锦江区住房和城乡建设局',
      code: '11510104009150124M',
      areaCode: '510104000000',
      handler: '李工',
    },
    appliedAt: at('09:15:30'),
    acceptedAt: at('10:20:00'),
    promisedAt: at('18:00:00'),
    promiseDays: 5 + (index % 7),
    channel: String(1 + (index % 3)),
    fee: { amount: `${80 + (index % 50)}.5`, paid: index % 2 === 0 },
    delivery: index % 2 === 0 ? { kind: 'express', no: `SF${1_000_000_000 + index}` } : { kind: 'window' },
    materials: ['营业执照', '土地使用权证', '施工许可证', '预售方案'].map((name, i) => ({
      code: `M${i}07`,
      name,
      form: String(1 + ((index + i) % 3)),
      copies: 1 + i,
      receivedAt: at(`09:0${i}:00`),
    })),
    steps: ['受理', '补正', '审查', '决定'].map((name, i) => ({
      kind: i === 1 ? 'informal' : 'formal',
      name,
      handler: '李工',
      at: at(`1${i}:30:00`),
      passed: i !== 2,
    })),
  }
}

function person(name: string, index: number, more: Record<string, unknown>): Record<string, unknown> {
  return {
    type: '1',
    name,
    certType: '111',
    certNo: citizenId(index),
    mobile: `138${String(10_000_000 + index)}`,
    ...more,
  }
}
