// What a department offers: the shape of its data table, and the codes built from it.
// The tables themselves stand in housing.ts, social.ts and market.ts of catalog/.

/** The three departments this program plays. */
export type DepartmentName = 'housing' | 'social' | 'market'

/** A kind of licence a department issues. */
export type LicenceKind = {
  /** 21 characters: credit code of the body that defines the licence + 3-digit serial. */
  typeCode: string
  name: string
  /** Text before the running number of a licence number. */
  prefix: string
  /** Years it is valid; 0 = long term. */
  years: number
}

/** One service item (事项) of a department. */
export type Item = {
  name: string
  /** 12 digits: 00 national or 51 Sichuan + item type + main item + sub-item. */
  basic: string
  version: number
  /** Sichuan local catalogue code, first segment. */
  local: string
  for: 'person' | 'company'
  /** 即办件 (decided at once) or 承诺件 with its promised working days. */
  promiseDays: number
  steps: readonly string[]
  materials: readonly string[]
  licence?: LicenceKind
}

/** One supervised matter (监管事项) with what inspectors look at. */
export type Matter = { code: string; name: string; findings: readonly string[] }

/** One department with everything its records are made of. */
export type Department = {
  name: DepartmentName
  zh: string
  creditCode: string
  /** Seal number in the e-seal platform. */
  seal: string
  sealName: string
  officers: readonly string[]
  /** Law-enforcement officers: name and certificate number. */
  inspectors: readonly (readonly [name: string, certificate: string])[]
  /** Trades of the companies that come to it. */
  trades: readonly string[]
  items: readonly Item[]
  matters: readonly Matter[]
}

/** 31-character implementation code (实施编码) at city level 3 (reference 03 §1). */
export function taskCode(department: Department, item: Item): string {
  return `${department.creditCode}3${item.basic}`
}

/** Sichuan item code as the provincial site publishes it. */
export function localTaskCode(department: Department, item: Item): string {
  return `${item.local}-510700000000-000-${department.creditCode}-1-00`
}

/** Inspection list code (检查实施清单编码): credit code + level + matter code. */
export function checkListCode(department: Department, matter: Matter): string {
  return `${department.creditCode}3${matter.code}`
}
