// 办件服务数据 and the review record (reference 01 §2, §3), and the rules between their columns.

import * as codes from './codes.ts'
import type { Column, Row } from './table.ts'
import { parseTime } from './time.ts'
import * as check from './validators.ts'

const area12 = (text: string) => text.length === 12 && check.areaCode(text)
const task36 = (text: string) => check.implementationCode(text)

/** The case service record. The reference gives names without lengths or duty: these are the sandbox's choice [V1]. */
export const serviceColumns: readonly Column[] = [
  ['projectNo', '办件编号', 's50', 'Y', check.caseNumber],
  ['projectName', '办件名称', 's1000', 'Y'],
  ['taskCode', '实施编码', 's36', 'Y', task36],
  ['taskName', '事项名称', 's1000', 'Y'],
  ['taskType', '事项类型', 's2', 'N', (text) => /^\d{1,2}$/.test(text)],
  ['taskHandleItem', '业务办理项编码', 's50', 'N', check.handlingItem],
  ['subMatter', '事项主题', 's200', 'N'],
  ['areaCode', '行政区划代码', 's12', 'Y', area12],
  ['deptCode', '部门统一社会信用代码', 's18', 'Y', check.creditCode],
  ['orgcode', '部门编码', 's50', 'N'],
  ['orgName', '部门名称', 's100', 'N'],
  ['ouguid', '部门标识', 's50', 'N'],
  ['proStatus', '办件状态', 's1', 'Y', codes.caseStatus],
  ['acceptDate', '收件时间', 'datetime', 'Y'],
  ['resultDate', '办结时间', 'datetime', 'N'],
  ['userProp', '申请人类型', 's1', 'Y', codes.reviewer],
  ['userName', '申请人名称', 's100', 'Y'],
  ['userPageType', '申请人证件类型', 's3', 'Y', codes.certificateType],
  ['creditType', '证件类型', 's3', 'N', codes.certificateType],
  ['creditNum', '证件号码', 's128', 'N'],
  ['certKey', '证件号(互联网区)', 's128', 'N'],
  ['certKeyGOV', '证件号(政务外网)', 's128', 'N'],
  ['proManager', '经办人', 's50', 'N'],
  ['mobile', '手机号', 's20', 'N', check.mobile],
  ['projectType', '办件类型', 's1', 'N', codes.projectType],
  ['promiseTime', '办件类型(即办/承诺)', 's1', 'N', codes.projectType],
  ['promiseDay', '承诺时限', 'int', 'N'],
  ['anticipateDay', '法定时限', 'int', 'N'],
  ['serviceName', '环节名', 's100', 'Y'],
  ['serviceNumber', '服务次数', 'int', 'Y', (text) => Number(text) >= 1],
  ['serviceTime', '服务时间', 'datetime', 'Y'],
  ['proChannel', '受理渠道', 's1', 'N', (text) => /^\d$/.test(text)],
  ['month', '月份', 's7', 'N', (text) => /^\d{4}-?\d{2}$/.test(text)],
]

/** The review, national names. */
export const reviewColumns: readonly Column[] = [
  ['projectNo', '办件编号', 's50', 'Y', check.caseNumber],
  ['taskCode', '实施编码', 's36', 'Y', task36],
  ['taskHandleItem', '业务办理项编码', 's50', 'N', check.handlingItem],
  ['taskName', '事项名称', 's1000', 'Y'],
  ['subMatter', '事项主题', 's200', 'N'],
  ['areaCode', '行政区划代码', 's12', 'Y', area12],
  ['areaName', '区划名称', 's50', 'N'],
  ['deptCode', '部门统一社会信用代码', 's18', 'Y', check.creditCode],
  ['proDepartCode', '省统一部门编号', 's50', 'N'],
  ['proDepart', '受理部门名称', 's100', 'Y'],
  ['proManager', '经办人', 's50', 'N'],
  ['proStatus', '办件状态', 's1', 'Y', codes.caseStatus],
  ['promisetime', '办件类型(即办/承诺)', 's1', 'N', codes.projectType],
  ['acceptDate', '收件时间', 'datetime', 'Y'],
  ['userName', '申请人/企业名称', 's100', 'Y'],
  ['userProp', '申请人类型', 's1', 'Y', codes.reviewer],
  ['userPageType', '申请人证件类型', 's3', 'Y', codes.certificateType],
  ['certKey', '证件号(互联网区)', 's128', 'N'],
  ['certKeyGOV', '证件号(政务外网)', 's128', 'N'],
  ['handleUserName', '代理人姓名', 's100', 'N'],
  ['handleUserPageType', '代理人证件类型', 's3', 'N', codes.certificateType],
  ['handleUserPageCode', '代理人证件号码', 's128', 'N'],
  ['mobile', '手机号', 's20', 'N', check.mobile],
  ['pf', '评价渠道', 's1', 'Y', codes.channel],
  ['satisfaction', '整体满意度', 's1', 'Y', codes.satisfaction],
  ['evalDetail', '评价详情', 's500', 'N'],
  ['writingEvaluation', '文字评价', 's2000', 'N'],
  ['assessTime', '评价时间', 'datetime', 'Y'],
  ['assessNumber', '评价次数', 'int', 'Y', (text) => text === '1' || text === '2'],
  ['serviceNumber', '服务次数', 'int', 'Y', (text) => Number(text) >= 1],
  ['isDefault', '是否系统默认评价', 's1', 'N', codes.yesNo],
  ['effectivEvalua', '是否有效评价', 's1', 'N', codes.yesNo],
  ['appStatus', '审核状态', 's1', 'N', ['0', '1', '2']],
  ['rectification', '整改情况', 's2000', 'N'],
  ['flag', '数据标识', 's1', 'N', codes.operation],
  ['dataSource', '数据来源', 's3', 'Y', (text) => /^\d{3}$/.test(text)],
]

const at = (text: string | undefined) => parseTime(text ?? '', 'datetime') ?? Number.NaN

/** What a service record contradicts in itself; undefined when consistent. */
export function serviceContradiction(row: Row): string | undefined {
  if ((row.proStatus === '3') !== (row.resultDate !== undefined))
    return 'resultDate 应且仅应在 proStatus=3 时填写'
  if (at(row.resultDate) < at(row.acceptDate)) return 'resultDate 早于 acceptDate'
  if (!row.certKey && !row.certKeyGOV && !row.creditNum) return 'certKey, certKeyGOV, creditNum 不能都为空'
  if (row.orgcode && row.orgcode !== `${row.areaCode}_${row.deptCode}`)
    return 'orgcode 与 areaCode_deptCode 不一致'
  return undefined
}

/** What a review contradicts in itself: identity by channel, direction of satisfaction, duty to explain a bad one. */
export function reviewContradiction(row: Row): string | undefined {
  const online = ['1', '2', '3'].includes(row.pf ?? '')
  const offline = ['4', '5'].includes(row.pf ?? '')
  if (online && !row.certKey) return 'certKey 不能为空(线上渠道)'
  if (offline && !row.certKeyGOV) return 'certKeyGOV 不能为空(线下渠道)'
  if (!row.certKey && !row.certKeyGOV) return 'certKey, certKeyGOV 不能都为空'
  if (at(row.assessTime) < at(row.acceptDate)) return 'assessTime 早于 acceptDate'
  const agent = [row.handleUserName, row.handleUserPageType, row.handleUserPageCode].filter(Boolean).length
  if (agent !== 0 && agent !== 3) return '代理人信息应同时填写'
  if (Number(row.satisfaction) < 3 && !row.evalDetail && !row.writingEvaluation) {
    return '差评应有 evalDetail 或 writingEvaluation'
  }
  return detailProblem(row.evalDetail, row.satisfaction ?? '')
}

function detailProblem(detail: string | undefined, satisfaction: string): string | undefined {
  if (detail === undefined) return undefined
  const given = detail.split(',')
  if (new Set(given).size < given.length) return 'evalDetail 有重复代码'
  for (const code of given) {
    if (codes.retiredDetail.has(code)) return `evalDetail 代码已停用: ${code}`
    if (!codes.evalDetail.has(code)) return `evalDetail 代码不存在: ${code}`
    if (!code.startsWith(satisfaction)) return `evalDetail ${code} 与 satisfaction ${satisfaction} 不一致`
  }
  return undefined
}
