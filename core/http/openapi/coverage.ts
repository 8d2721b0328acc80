// Operations on coverage.
import { groupNames } from '../coverage.ts'
import { csvType } from '../reconciliations.ts'
import { inQuery, type Json, type Problems } from './parts.ts'
import { operatorVerbs } from './verbs.ts'

/** Their paths under /ops. */
export function coveragePaths(problems: Problems): Record<string, Json> {
  const { read, fetch } = operatorVerbs(problems)
  const day = { type: 'string', format: 'date' }
  const wish = [
    inQuery('from', 'first day of acceptance, yyyy-MM-dd; six days before `to` / 起始受理日期', day),
    inQuery('to', 'last day; today / 截止受理日期，缺省为今日', day),
    inQuery('by', 'one line for each of these and each target / 统计口径', {
      type: 'string',
      enum: [...groupNames],
      default: 'department',
    }),
    inQuery('system', 'only what goes to this system / 仅该目标系统'),
  ]
  return {
    '/ops/coverage': read(
      'ops-coverage',
      'What share of what was accepted reached which system, and what is late / 覆盖率与超期',
      'Coverage',
      wish,
      ['ops.request'],
    ),
    '/ops/coverage.csv': fetch(
      'ops-coverage-report',
      'The report a bureau files / 覆盖率报表',
      csvType,
      wish,
      ['ops.request'],
    ),
  }
}
