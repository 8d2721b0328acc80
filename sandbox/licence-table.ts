// UP_LIC_DATA 电子证照目录信息 (reference 04 §2) with the digest and seal that come with it.

import * as codes from './codes.ts'
import type { Column, Row } from './table.ts'
import * as check from './validators.ts'

/** Column names are in local form. row_guid and cd_source are allowed as in every UP_* table. */
export const columns: readonly Column[] = [
  ['certificate_source_id', '电子证照源标识', 's128', 'Y'],
  ['certificate_type_code', '证照类型代码', 's64', 'Y'],
  ['certificate_type', '证照类型名称', 's256', 'Y'],
  ['certificate_name', '证照名称', 's512', 'Y'],
  ['certificate_number', '证照编号', 's128', 'Y'],
  ['certificate_holder', '持证主体', 's256', 'Y'],
  ['certificate_holder_code', '持证主体代码', 's256', 'Y'],
  ['certificate_holder_type', '持证主体代码类型', 's2000', 'N', codes.certificateType],
  ['certificate_area_code', '证照所属管辖属地编码', 's32', 'Y', check.areaCode],
  ['issue_dept', '颁发机构', 's256', 'Y'],
  ['issue_dept_code', '颁发机构代码', 's32', 'Y', check.creditCode],
  ['issue_date', '颁发日期', 'yyyyMMdd', 'Y'],
  ['row_guid', '记录唯一标识', 's50', 'N'],
  ['cd_operation', '同步类型', 's2', 'Y', codes.operation],
  ['cd_time', '同步时间', 'datetime', 'Y'],
  ['cd_batch', '批次号', 's32', 'Y', check.batch],
  ['data_source', '数据来源', 's3', 'Y'],
  ['cd_source', '所属来源', 's50', 'N', (text) => /^p\d\d$/.test(text)],
  ['digest', '摘要', 's44', 'Y', (text) => Buffer.from(text, 'base64').length === 32],
  ['signedValue', '签章值', 's65536', 'Y'],
]

/** head.status of an empty required column: the three of the reference, else 12. */
export function missingStatus(field: string): string {
  if (field === 'certificate_number') return '109'
  if (field === 'certificate_holder_code') return '110'
  return field === 'certificate_holder' ? '111' : '12'
}

/** head.status and text when columns contradict the identifier or the holder's code is wrong. */
export function contradiction(row: Row): { status: string; message: string } | undefined {
  const parts = check.licenceIdentifier(row.certificate_source_id ?? '')
  if (!parts) return { status: '14', message: '电子证照标识格式或校验位不正确' }
  if (parts.type !== row.certificate_type_code) return { status: '14', message: '标识与证照类型代码不一致' }
  if (parts.issuer !== row.issue_dept_code) return { status: '14', message: '标识与颁发机构代码不一致' }
  const type = row.certificate_holder_type ?? ''
  if (!check.certificateNumber(type, row.certificate_holder_code ?? '')) {
    return { status: '11', message: '持证主体代码校验不通过' }
  }
  return undefined
}
