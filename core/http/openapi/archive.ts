// Operations on the archive.
import { inPath, type Json, type Problems } from './parts.ts'
import { operatorVerbs } from './verbs.ts'

/** Their paths under /ops. */
export function archivePaths(problems: Problems): Record<string, Json> {
  const { read, act } = operatorVerbs(problems)
  const ofDay = [inPath('day', 'yyyy-MM-dd, Asia/Shanghai / 日期', { type: 'string', format: 'date' })]
  return {
    '/ops/archive': read(
      'ops-archive',
      'Archived, held and restored days / 归档、保留与恢复的日期',
      'Archive',
    ),
    '/ops/archive/{day}/restore': act(
      'ops-restore',
      'Bring a day back from its file in the archive folder; audited / 从归档文件恢复一日（留痕）',
      'Restored',
      ofDay,
      ['request.not-found', 'archive.file', 'archive.here'],
    ),
    '/ops/archive/{day}/purge': act(
      'ops-purge',
      'Let a restored day leave again; audited / 再次移出已恢复的一日（留痕）',
      'Purged',
      ofDay,
      ['request.not-found'],
    ),
  }
}
