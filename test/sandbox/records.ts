// Right records of every table, with made-up people and bodies of reference 08. Tests change one thing at a time.

/** A case number; `n` is its running number. */
export const caseNo = (n: number) => `510700-20250310-${String(n).padStart(6, '0')}`

let guids = 0
const control = () => ({
  RowGuid: `guid-${++guids}`,
  Cd_operation: 'I',
  Cd_time: '2025-03-10 09:00:00',
  Cd_batch: '2025031000001',
  DataSource: 'p51',
  Cd_source: 'p51',
})

export const acceptance = (n: number, change: object = {}) => ({
  ...control(),
  ProjectNo: caseNo(n),
  CatalogCode: '510100001000',
  TaskCode: '11510700000000000M3510100001000',
  TaskName: '公共租赁住房保障资格确认',
  TaskVersion: 1,
  ApplyerName: '张测试',
  ApplyerType: '1',
  ApplyerPageType: '111',
  ApplyerPageCode: '510700190101010012',
  ApplyDate: '2025-03-10 08:50:00',
  ApplyType: '1',
  OrgName: '绵阳市住房和城乡建设委员会',
  OrgCode: '11510700000000000M',
  AcceptDate: '2025-03-10 09:00:00',
  ProjectType: '2',
  ...change,
})

export const process = (n: number, start: string, change: object = {}) => ({
  ...control(),
  ProjectNo: caseNo(n),
  EventName: '1',
  ProcessName: '审查',
  HandleUserName: '李测试',
  HandleExplain: '同意',
  EventStartTime: start,
  EventEndTime: start,
  ...change,
})

export const special = (n: number, change: object = {}) => ({
  ...control(),
  ProjectNo: caseNo(n),
  SpecialType: '1',
  SpecialName: '延长审批',
  SpecialTime: '2025-03-10 11:00:00',
  SpecialReason: '情况特殊',
  EndTime: '2025-03-12 11:00:00',
  ...change,
})

export const material = (n: number, change: object = {}) => ({
  ...control(),
  ProjectNo: caseNo(n),
  MaterialName: '申请表',
  GetType: '1',
  GetNum: '1',
  ...change,
})

export const result = (n: number, change: object = {}) => ({
  ...control(),
  ProjectNo: caseNo(n),
  ResultDate: '2025-03-14 16:00:00',
  ResultType: '1',
  IsDeliveryResults: '0',
  ...change,
})

/** Identifiers of reference 04 §1: two versions of one licence. */
export const licenceIds = [
  '1.2.156.3005.2.11100000000013338W011.11510700000000000M.20200900001.001.O',
  '1.2.156.3005.2.11100000000013338W011.11510700000000000M.20200900001.002.M',
] as const

export const licence = (change: object = {}) => ({
  certificate_source_id: licenceIds[0],
  certificate_type_code: '11100000000013338W011',
  certificate_type: '建筑工程施工许可证',
  certificate_name: '建筑工程施工许可证',
  certificate_number: '510720250001',
  certificate_holder: '绵阳测试有限公司',
  certificate_holder_code: '91510700MA00000151',
  certificate_holder_type: '001',
  certificate_area_code: '510700',
  issue_dept: '绵阳市住房和城乡建设委员会',
  issue_dept_code: '11510700000000000M',
  issue_date: '20250314',
  cd_operation: 'I',
  cd_time: '2025-03-14 16:00:00',
  cd_batch: '2025031400001',
  data_source: 'p51',
  ...change,
})

export const inspection = (n: number, change: object = {}) => ({
  cd_id: `11510700000000027D-${n}`,
  cd_time: '2025-03-10 18:00:00',
  cd_source: '510700',
  cd_batch: '2025031000001',
  cd_operation: 'i',
  supervise_item_implement_code: '01310010000001',
  supervise_item_check_icode: '11510700000000027D30131001',
  check_action_name: '食品经营日常检查',
  check_action_code: `JC-${n}`,
  supervise_object: '绵阳测试有限公司',
  administrative_cp: '绵阳测试有限公司',
  administrative_cp_na: '2',
  administrative_cp_ce_type: '001',
  administrative_cp_ui_code: '91510700MA00000151',
  area_number: '510703',
  check_form: '2',
  check_type: '2',
  check_mode: '1',
  check_result: '1',
  check_date: '2025-03-10',
  check_personnel: '任测试,帅测试',
  check_personnel_code: '23070100101,23070100102',
  submitted_date: '2025-03-10',
  ...change,
})

export const serviceRecord = (n: number, change: object = {}) => ({
  projectNo: caseNo(n),
  projectName: '关于张测试公共租赁住房保障资格确认的业务',
  taskCode: '11510700000000000M3510100001000',
  taskName: '公共租赁住房保障资格确认',
  areaCode: '510700000000',
  deptCode: '11510700000000000M',
  orgcode: '510700000000_11510700000000000M',
  proStatus: '1',
  acceptDate: '2025-03-10 09:00:00',
  userProp: '1',
  userName: '张测试',
  userPageType: '111',
  certKeyGOV: '510700190101010012',
  projectType: '2',
  serviceName: '受理',
  serviceNumber: 1,
  serviceTime: '2025-03-10 09:00:00',
  ...change,
})

export const review = (n: number, change: object = {}) => ({
  projectNo: caseNo(n),
  taskCode: '11510700000000000M3510100001000',
  taskName: '公共租赁住房保障资格确认',
  areaCode: '510700000000',
  deptCode: '11510700000000000M',
  proDepart: '绵阳市住房和城乡建设委员会',
  proStatus: '3',
  acceptDate: '2025-03-10 09:00:00',
  userName: '张测试',
  userProp: '1',
  userPageType: '111',
  certKeyGOV: '510700190101010012',
  pf: '4',
  satisfaction: '5',
  evalDetail: '510,517',
  assessTime: '2025-03-15 10:00:00',
  assessNumber: 1,
  serviceNumber: 1,
  dataSource: '151',
  ...change,
})
