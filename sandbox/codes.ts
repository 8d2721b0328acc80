// Code tables as the platforms hold them (reference 01 §5, 02 §8, 06 §8). Values only: the sandbox checks, it does not
// explain. [U] tables of the reference are taken as its "usual" values.

/** GB/T 39046 A.4: 1 自然人 … 6 其他组织. */
export const applicantType = ['1', '2', '3', '4', '5', '6'] as const
/** Review T3: the same and 9 其他. */
export const reviewer = [...applicantType, '9'] as const
/** GA/T 2000.156 certificate types, T4: natural persons. */
export const personCertificate = '111 112 113 114 115 117 154 411 412 413 414 415 511 516 553 999'.split(' ')
/** T4: organisations. */
export const bodyCertificate = ['001', '002', '099']
export const certificateType = [...personCertificate, ...bodyCertificate]
/** C4 办理形式. */
export const applyType = ['1', '2', '3', '4', '9']
/** C5 / T2 办件类型. */
export const projectType = ['1', '2', '9']
/** C6 业务动作: 1 通过, 2 退回, 9 其他. */
export const eventName = ['1', '2', '9']
/** C7 办结结果. */
export const resultType = ['1', '2', '3', '4', '5', '9']
/** C8 特别程序种类. */
export const specialType = ['1', '2']
/** C9 收取方式. */
export const getType = ['1', '2', '3', '9']
export const yesNo = ['0', '1']
/** GB/T 39046 A.8 (1 = best) and T6 (5 = best) have the same values and run in opposite directions. */
export const satisfaction = ['1', '2', '3', '4', '5']
/** T1 办件状态. */
export const caseStatus = ['1', '2', '3']
/** T5 评价渠道. */
export const channel = ['1', '2', '3', '4', '5', '6', '7']
/** I insert, U update, D delete. */
export const operation = ['I', 'U', 'D']

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

/** T7 evalDetail in use; the first digit is the star level. */
export const evalDetail = new Set([
  ...range(510, 517),
  ...range(406, 413),
  ...range(307, 314),
  ...range(207, 214),
  ...range(108, 115),
])
/** T7 evalDetail that are no longer in use. */
export const retiredDetail = new Set([
  ...range(501, 509),
  ...['401', '402', '404', '405'],
  ...range(301, 306),
  ...range(201, 206),
  ...range(101, 107),
])

/** Supervision D1–D7. */
export const supervision = {
  objectType: ['1', '2', '3', '4', '5', '9'],
  partyNature: ['1', '2', '3'],
  form: ['1', '2', '3', '4', '9'],
  type: ['1', '2'],
  mode: ['1', '2', '3'],
  result: ['1', '2', '3', '4', '9'],
}
