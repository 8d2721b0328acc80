// Names of fields no shipped file has: pinyin initials and full pinyin, Chinese and English words, synonyms.
import { describe, expect, test } from 'vitest'
import { labelIdeas, nameIdeas, spell } from '../../../core/mapping/scaffold/names.ts'
import type { Decision } from '../../../core/mapping/scaffold/outcome.ts'
import { draft } from './shipped.ts'

/** What the columns of a table without labels become of an accepted case: target → column of the sure lines. */
function fromColumns(...columns: string[]): Record<string, string> {
  const sql = `CREATE TABLE t (${columns.map((column) => `${column} varchar(36)`).join(', ')});`
  return sureOf(
    draft('dept/acceptance', [{ file: 't.sql', bytes: Buffer.from(sql) }], 'case.accepted').decisions,
  )
}

function sureOf(decisions: readonly Decision[]): Record<string, string> {
  return Object.fromEntries(decisions.flatMap(({ target, source }) => (source ? [[target, source]] : [])))
}

describe('what a name says', () => {
  test.each([
    ['AGENT_CERT_NO', 'agent cert number'],
    ['agentCertNo', 'agent cert number'],
    ['代理人证件号码', 'agent cert number'],
    ['applicantName', 'applicant name'],
    ['ApplyerName', 'applicant name'],
    ['acceptTime', 'accept time'],
    ['USCC', 'credit'],
  ])('%s', (name, ideas) => {
    expect(nameIdeas(name)).toEqual({ readings: [ideas.split(' ')], pinyin: false })
  })

  test.each([
    ['sqrmc', 'applicant name', '申请人名称'],
    ['dlrzjhm', 'agent cert number', '代理人证件号码'],
    ['sxmc', 'item name', '事项名称'],
    ['slsj', 'accept time', '受理时间'],
    ['xzqh', 'area', '行政区划'],
    ['shenqingrenmingcheng', 'applicant name', '申请人名称'],
  ])('%s in pinyin', (name, ideas, label) => {
    const { readings, pinyin } = nameIdeas(name)
    expect(pinyin).toBe(true)
    expect(readings).toContainEqual(ideas.split(' '))
    expect(labelIdeas(label)).toEqual(ideas.split(' '))
    const { initials, full } = spell(label)
    expect([initials, full]).toContain(name)
  })

  test('what no word explains stays as it is', () => {
    expect(
      nameIdeas('qwx_zz9')
        .readings.flat()
        .every((idea) => idea.startsWith('?')),
    ).toBe(true)
  })
})

describe('columns without labels', () => {
  test('pinyin initials', () => {
    expect(
      fromColumns('bjbh', 'sqrmc', 'sqrzjhm', 'sqrsjh', 'fddbr', 'dlrxm', 'dlrzjhm', 'sxmc', 'ssbm', 'yzbm'),
    ).toEqual({
      caseNo: 'bjbh',
      'item.name': 'sxmc',
      'item.taskCode': 'ssbm',
      'applicant.name': 'sqrmc',
      'applicant.certNo': 'sqrzjhm',
      'applicant.mobile': 'sqrsjh',
      'applicant.legalRepresentative': 'fddbr',
      'applicant.postcode': 'yzbm',
      'agent.name': 'dlrxm',
      'agent.certNo': 'dlrzjhm',
    })
  })

  test('initials that can be read in several ways are gaps', () => {
    // 受理部门, 受理编码
    expect(fromColumns('slbm', 'bjbh')).toEqual({ caseNo: 'bjbh' })
  })

  test('English names and their synonyms', () => {
    expect(
      fromColumns(
        'CASE_NO',
        'PROPOSER_NAME',
        'PROPOSER_PHONE',
        'MATTER_TITLE',
        'HANDLING_DEPT_NAME',
        'ABSTRACT',
      ),
    ).toMatchObject({
      caseNo: 'CASE_NO',
      'applicant.name': 'PROPOSER_NAME',
      'applicant.mobile': 'PROPOSER_PHONE',
      'item.name': 'MATTER_TITLE',
      summary: 'ABSTRACT',
    })
  })

  test('Chinese names', () => {
    expect(fromColumns('办件编号', '申办人姓名', '申办人手机', '事项名称', '法人代表')).toEqual({
      caseNo: '办件编号',
      'applicant.name': '申办人姓名',
      'applicant.mobile': '申办人手机',
      'item.name': '事项名称',
      'applicant.legalRepresentative': '法人代表',
    })
  })
})

describe('never silently wrong', () => {
  test('a credit code that does not say whose it is', () => {
    const found = fromColumns('caseNo', 'creditCode')
    expect(found).toEqual({ caseNo: 'caseNo' })
  })

  test("an agent's data is not the applicant's", () => {
    const found = fromColumns('agentName', 'agentMobile', 'agentIdNo')
    expect(Object.keys(found).filter((target) => !target.startsWith('agent.'))).toEqual([])
  })

  test('two columns that fit alike', () => {
    const found = fromColumns('applicantName', 'applicant_name1', 'proposerName')
    expect(found).not.toHaveProperty('applicant.name')
  })

  test('a start is no end', () => {
    const sql =
      "CREATE TABLE t (kssj varchar(19) COMMENT '开始时间', blr varchar(50) COMMENT '办理人员', hjmc varchar(50) COMMENT '环节名称');"
    const { decisions } = draft('dept/process', [{ file: 't.sql', bytes: Buffer.from(sql) }], 'case.process')
    expect(decisions.find(({ target }) => target === 'endedAt')?.state).toBe('gap')
    expect(sureOf(decisions)).toMatchObject({ processName: 'hjmc', 'handler.name': 'blr' })
  })
})
