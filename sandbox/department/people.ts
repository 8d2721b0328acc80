// Made-up applicants. Births are 1900–1902 and enterprises carry 样例 in their names,
// so that no record points at a living person or a real company (reference 08).
import { citizenNumber, creditCode } from './digits.ts'
import type { Random } from './random.ts'

/** A natural person. */
export type Person = { kind: 'person'; name: string; idNo: string; mobile: string; area: string }
/** An enterprise with its legal representative. */
export type Company = {
  kind: 'company'
  name: string
  creditCode: string
  legal: Person
  area: string
  address: string
}
export type Applicant = Person | Company

/** Areas of Mianyang with a GB/T 2260 code. */
export const areas: Readonly<Record<string, string>> = {
  '510703': '涪城区',
  '510704': '游仙区',
  '510705': '安州区',
  '510722': '三台县',
  '510723': '盐亭县',
  '510725': '梓潼县',
  '510726': '北川羌族自治县',
  '510727': '平武县',
  '510781': '江油市',
}

const surnames = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗'
const given = ['建国', '秀英', '志强', '丽华', '明远', '桂兰', '永福', '晓燕', '文博', '玉珍', '德昌', '思源']
const words = ['青桥', '涪江', '富乐', '芙蓉', '越王', '嘉来', '长虹里', '安昌', '仙海', '沉抗']
const streets = ['临园路东段', '长虹大道中段', '绵兴东路', '剑门路西段', '滨江北路', '涪城路']

/** A person born 1900–1902 with a right check digit. */
export function makePerson(random: Random): Person {
  const area = random.pick(Object.keys(areas))
  const month = String(random.int(1, 12)).padStart(2, '0')
  const day = String(random.int(1, 28)).padStart(2, '0')
  return {
    kind: 'person',
    name: random.pick([...surnames]) + random.pick(given),
    idNo: citizenNumber(area, `${random.int(1900, 1902)}${month}${day}`, random.int(1, 999)),
    mobile: `1990000${String(random.int(0, 9999)).padStart(4, '0')}`,
    area,
  }
}

/** An enterprise 91 + area + MA + serial with right check digits, in one of the given trades. */
export function makeCompany(random: Random, trades: readonly string[]): Company {
  const area = random.pick(Object.keys(areas))
  const serial = String(random.int(1, 999_999)).padStart(6, '0')
  return {
    kind: 'company',
    name: `绵阳样例${random.pick(words)}${random.pick(trades)}有限公司`,
    creditCode: creditCode('91', area, `MA${serial}`),
    legal: makePerson(random),
    area,
    address: `四川省绵阳市${areas[area] ?? ''}${random.pick(streets)}${random.int(1, 199)}号`,
  }
}
