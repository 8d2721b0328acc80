// Operations on evidence.
import { proofType } from '../evidence.ts'
import { inPath, type Json, type Problems } from './parts.ts'
import { operatorVerbs } from './verbs.ts'

/** Their paths under /ops. */
export function evidencePaths(problems: Problems): Record<string, Json> {
  const { send } = operatorVerbs(problems)
  return {
    '/ops/evidence/days/{day}': send(
      'ops-evidence-day',
      'The proof file of a closed day, for `qiao verify`; audited / 导出一日的存证文件（留痕）',
      proofType,
      [inPath('day', 'yyyy-MM-dd, Asia/Shanghai / 日期', { type: 'string', format: 'date' })],
      ['ops.request', 'evidence.open', 'message.archived'],
      'Export',
    ),
    '/ops/evidence/messages/{id}': send(
      'ops-evidence-message',
      'The proof file of one message; audited / 导出单条消息的存证文件（留痕）',
      proofType,
      [inPath('id', 'message id / 消息编号', { type: 'string', format: 'uuid' })],
      ['ops.request', 'request.not-found', 'message.archived'],
      'Export',
    ),
  }
}
