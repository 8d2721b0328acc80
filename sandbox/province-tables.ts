// The five UP_PRO_* tables in exchange form (reference 02 §1–§6), spelling oddities kept.

import * as codes from './codes.ts'
import type { Column, Row } from './table.ts'
import { parseTime } from './time.ts'
import * as check from './validators.ts'

/** Control columns of every UP_* table. */
export const control: readonly Column[] = [
  ['RowGuid', '记录唯一标识', 's50', 'Y'],
  ['Cd_operation', '同步类型', 's2', 'Y', codes.operation],
  ['Cd_time', '同步时间', 'datetime', 'Y'],
  ['Cd_batch', '批次号', 's32', 'Y', check.batch],
  ['DataSource', '数据来源', 's3', 'Y'],
  ['Cd_source', '所属来源', 's50', 'N', (text) => /^p\d\d$/.test(text)],
]

const projectNo: Column = ['ProjectNo', '办件编号', 's50', 'Y', check.caseNumber]

/** Columns by table name, control columns included. */
export const tables: Readonly<Record<string, readonly Column[]>> = {
  UP_PRO_ACCEPT: [
    ...control,
    projectNo,
    ['CatalogCode', '基本编码', 's12', 'Y', check.catalogCode],
    ['LocalCatalogCode', '地方基本编码', 's50', 'N'],
    ['TaskCode', '实施编码', 's36', 'Y', check.implementationCode],
    ['LocalTaskCode', '地方实施编码', 's50', 'N'],
    ['TaskHandleItem', '业务办理项编码', 's50', 'N', check.handlingItem],
    ['TaskName', '事项名称', 's1000', 'Y'],
    ['TaskVersion', '事项版本', 'int', 'Y'],
    ['ApplyerName', '申请人名称', 's100', 'Y'],
    ['ApplyerType', '申请人类型', 's2', 'Y', codes.applicantType],
    ['ApplyerPageType', '申请人证件类型', 's70', 'Y', codes.certificateType],
    ['ApplyerPageCode', '申请人证件号码', 's500', 'Y'],
    ['ApplyDate', '申请时间', 'datetime', 'Y'],
    ['ApplyType', '申请类型', 's2', 'Y', codes.applyType],
    ['Legal', '法定代表人', 's100', 'N'],
    ['ContactName', '联系人姓名', 's100', 'N'],
    ['ContactType', '联系人证件类型', 's6', 'N', codes.certificateType],
    ['ContactCode', '联系人证件号', 's50', 'N'],
    ['ContactMobile', '联系人手机', 's11', 'N', check.mobile],
    ['ZipCode', '邮编', 's6', 'N', check.postcode],
    ['Address', '通讯地址', 's1000', 'N'],
    ['OrgName', '受理部门', 's100', 'Y'],
    ['OrgCode', '受理部门编码', 's64', 'Y', check.creditCode],
    ['HandleUserName', '受理人员', 's100', 'N'],
    ['AcceptDate', '受理时间', 'datetime', 'Y'],
    ['AcceptDocNo', '受理文书编号', 's50', 'N'],
    ['ProjectName', '办件摘要', 's1000', 'N'],
    ['ProjectType', '办件类型', 's2', 'Y', codes.projectType],
    ['PromiseDate', '承诺办结时间', 'datetime', 'N'],
  ],
  UP_PRO_PROCESS: [
    ...control,
    projectNo,
    ['EventName', '业务动作', 's2', 'Y', codes.eventName],
    ['ProcessName', '办理环节名称', 's1000', 'Y'],
    ['HandleUserName', '办理人', 's100', 'Y'],
    ['HandleExplain', '办理意见', 's2000', 'Y'],
    ['EventStartTime', '环节开始时间', 'datetime', 'Y'],
    ['EventEndTime', '环节结束时间', 'datetime', 'Y'],
    ['CreateDate', '数据产生时间', 'datetime', 'N'],
    ['Remark', '备注', 's256', 'N'],
  ],
  UP_PRO_RESULT: [
    ...control,
    projectNo,
    ['HandleUserName', '办结人员', 's100', 'N'],
    ['ResultDate', '办结时间', 'datetime', 'Y'],
    ['ResultType', '办结结果', 's2', 'Y', codes.resultType],
    ['ResultCetrName', '结果证照名称', 's256', 'N'],
    ['ResultCetrNo', '结果证照编号', 's2000', 'N'],
    ['ResultExplain', '办件结果描述', 's2000', 'N'],
    ['IsDeliveryResults', '是否快递递送结果', 's2', 'Y', codes.yesNo],
    ['Satisfaction', '满意度', 's2', 'N', codes.satisfaction],
    ['Remark', '备注', 's256', 'N'],
  ],
  UP_PRO_SPECIALPROCEDURE: [
    ...control,
    projectNo,
    ['SpecialType', '特别程序种类', 's2', 'Y', codes.specialType],
    ['SpecialName', '种类名称', 's1000', 'Y'],
    ['SpecialTime', '开始时间', 'datetime', 'Y'],
    ['SpecialReason', '启动理由或依据', 's2000', 'Y'],
    ['ApplyerUserName', '申请人', 's100', 'N'],
    ['EndTime', '结束时间', 'datetime', 'Y'],
    ['Result', '特别程序结果', 's2000', 'N'],
    ['SpecialExplain', '办理意见', 's2000', 'N'],
    ['HandleUser', '办理人', 's100', 'N'],
    ['Remark', '备注', 's256', 'N'],
  ],
  UP_PRO_MATERIAL: [
    ...control,
    projectNo,
    ['MaterialName', '材料名称', 's200', 'Y'],
    ['GetType', '收取方式', 's2', 'Y', codes.getType],
    ['GetNum', '收取数量', 's5', 'N', (text) => /^\d+$/.test(text)],
    ['MaterialAttachName', '附件名称', 's200', 'N', (text) => /.\.[A-Za-z0-9]{2,5}$/.test(text)],
    ['Remark', '备注', 's1000', 'N'],
  ],
}

/** A time column as epoch milliseconds; the row has passed its table. */
export const at = (row: Row, name: string): number => parseTime(row[name] ?? '', 'datetime') ?? Number.NaN

/** What the columns say about each other (reference 02 "checks worth coding", 08 §6); undefined when consistent. */
export function contradiction(table: string, row: Row): string | undefined {
  if (table === 'UP_PRO_ACCEPT') return acceptance(row)
  if (table === 'UP_PRO_PROCESS' && at(row, 'EventEndTime') < at(row, 'EventStartTime')) {
    return '字段 EventEndTime 早于 EventStartTime'
  }
  if (table === 'UP_PRO_SPECIALPROCEDURE' && at(row, 'EndTime') < at(row, 'SpecialTime')) {
    return '字段 EndTime 早于 SpecialTime'
  }
  if (table === 'UP_PRO_RESULT' && Boolean(row.ResultCetrName) !== Boolean(row.ResultCetrNo)) {
    return '字段 ResultCetrName 与 ResultCetrNo 应同时填写'
  }
  return undefined
}

function acceptance(row: Row): string | undefined {
  const { ApplyerType: type = '', ApplyerPageType: page = '', ContactType, ContactCode, TaskCode = '' } = row
  const pages = type === '1' ? codes.personCertificate : codes.bodyCertificate
  if (!pages.includes(page)) return '字段 ApplyerPageType 与 ApplyerType 不一致'
  if (!check.certificateNumber(page, row.ApplyerPageCode ?? '')) return '字段 ApplyerPageCode 校验不通过'
  if (['2', '3', '4'].includes(type) && !row.Legal) return '字段 Legal 不能为空(法人)'
  if (Boolean(ContactType) !== Boolean(ContactCode)) return '字段 ContactType 与 ContactCode 应同时填写'
  if (ContactType && !row.ContactName) return '字段 ContactName 不能为空'
  if (ContactType && !check.certificateNumber(ContactType, ContactCode ?? ''))
    return '字段 ContactCode 校验不通过'
  if (TaskCode.slice(19) !== row.CatalogCode) return '字段 TaskCode 与 CatalogCode 不一致'
  if (row.TaskHandleItem && !row.TaskHandleItem.startsWith(TaskCode))
    return '字段 TaskHandleItem 与 TaskCode 不一致'
  if (row.LocalTaskCode && !check.sichuanItem(row.LocalTaskCode)) return '字段 LocalTaskCode 格式不正确'
  if (at(row, 'AcceptDate') < at(row, 'ApplyDate')) return '字段 AcceptDate 早于 ApplyDate'
  if (row.PromiseDate && at(row, 'PromiseDate') < at(row, 'AcceptDate'))
    return '字段 PromiseDate 早于 AcceptDate'
  return undefined
}
