// check_action 行政检查行为 (reference 06 §3) and the rules between its columns.

import * as codes from './codes.ts'
import type { Column, Row } from './table.ts'
import { parseTime } from './time.ts'
import * as check from './validators.ts'

const { supervision } = codes

/** Control columns of supervision tables (reference 06 §1). */
export const control: readonly Column[] = [
  ['cd_id', '主键(部门编码+主键)', 's100', 'Y'],
  ['cd_time', '同步时间', 'datetime', 'Y'],
  ['cd_source', '所属来源', 's50', 'Y'],
  ['cd_batch', '批次号', 's32', 'Y', check.batch],
  ['cd_operation', '同步类型', 's1', 'Y', ['i', 'u', 'd', 'I', 'U', 'D']],
  ['record_unique_identity', '记录唯一标识', 's100', 'N'],
]

/** Credit code and level digit, several with commas; the rest is [U] and free. */
const checkItem = (text: string) =>
  text.split(',').every((code) => check.creditCode(code.slice(0, 18)) && /[1-5]/.test(code[18] ?? ''))
const people = (text: string) => text.split(',')

/** Columns of the one table this sandbox takes. */
export const checkAction: readonly Column[] = [
  ...control,
  ['plan_id', '双随机一公开计划id', 's50', 'N'],
  ['supervise_item_implement_code', '监管事项目录编码', 's14', 'Y', (text) => /^\d{14}$/.test(text)],
  ['supervise_item_check_icode', '检查实施清单编码', 's800', 'Y', checkItem],
  ['check_action_name', '检查行为名称', 's2000', 'Y'],
  ['check_action_code', '检查行为编号', 's50', 'Y'],
  ['implement_institution', '实施机构', 's100', 'N'],
  ['implement_institution_code', '实施机构编码', 's20', 'N', check.creditCode],
  ['entrust_dept', '受委托部门', 's100', 'N'],
  ['entrust_dept_code', '受委托部门编码', 's20', 'N', check.creditCode],
  ['supervise_object_type', '监管对象类型', 's2', 'N', supervision.objectType],
  ['supervise_object', '监管对象', 's200', 'Y'],
  ['administrative_cp', '行政相对人', 's200', 'Y'],
  ['administrative_cp_na', '行政相对人性质', 's2', 'Y', supervision.partyNature],
  ['administrative_cp_ce_type', '行政相对人证件类型', 's10', 'Y', codes.certificateType],
  ['administrative_cp_ui_code', '行政相对人编码', 's20', 'Y'],
  ['address_registered', '注册地址', 's400', 'N'],
  ['address_operating', '经营地址', 's400', 'N'],
  ['area_number', '行政区划代码', 's6', 'Y', (text) => text.length === 6 && check.areaCode(text)],
  ['check_form', '检查形式', 's2', 'Y', supervision.form],
  ['check_type', '检查类别', 's2', 'Y', supervision.type],
  ['check_mode', '检查方式', 's20', 'N', supervision.mode],
  ['check_result', '检查结果', 's2', 'Y', supervision.result],
  ['check_date', '检查时间', 'date', 'Y'],
  [
    'check_personnel',
    '检查人员',
    's500',
    'Y',
    (text) => people(text).length >= 2 && people(text).every(Boolean),
  ],
  ['check_personnel_code', '执法证号', 's500', 'N'],
  ['submitted_date', '报送时间', 'date', 'N'],
  ['submitted_personnel', '报送人员', 's50', 'N'],
  ['company_type', '企业分类', 's100', 'N'],
]

/** What the columns say about each other; undefined when consistent. */
export function contradiction(row: Row): string | undefined {
  const { administrative_cp_ce_type: type = '', administrative_cp_ui_code: code = '' } = row
  if (!check.certificateNumber(type, code)) return '字段 administrative_cp_ui_code 校验不通过'
  const names = people(row.check_personnel ?? '')
  if (row.check_personnel_code && people(row.check_personnel_code).length !== names.length) {
    return '字段 check_personnel_code 与 check_personnel 人数不一致'
  }
  const [checked, submitted] = [row.check_date, row.submitted_date].map((text) =>
    parseTime(text ?? '', 'date'),
  )
  if (checked !== undefined && submitted !== undefined && submitted < checked) {
    return '字段 submitted_date 早于 check_date'
  }
  return undefined
}
