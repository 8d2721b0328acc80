// Operations on dead letters and blocked keys.
import { resolutions } from '../../flow/resolve.ts'
import { inPath, inQuery, type Json, type Problems } from './parts.ts'
import { operatorVerbs } from './verbs.ts'

const limit = { type: 'integer', minimum: 1, maximum: 500, default: 100 }

const correcting = ['request.not-found', 'ops.request', 'ops.state', 'ops.files', 'message.invalid'] as const

/** Their paths under /ops. */
export function deadPaths(problems: Problems): Record<string, Json> {
  const { read, act } = operatorVerbs(problems)
  const system = inQuery('system', 'only of this system / 仅该系统')
  const page = [
    inQuery('after', '`next` of the page before / 上一页的 next'),
    inQuery('limit', 'how many / 条数', limit),
  ]
  const filter = [
    system,
    inQuery('type', 'only messages of this type / 仅该消息类型'),
    inQuery('source', 'only from this department / 仅该部门系统'),
    inQuery('key', 'only of this business key / 仅该业务主键'),
    inQuery('reason', 'a part of the reason / 原因中包含的文字'),
    inQuery('from', 'died at or after: yyyy-MM-dd[ HH:mm:ss], Asia/Shanghai / 起始时间'),
    inQuery('to', 'died before; a day is meant whole / 截止时间，仅写日期时含当日'),
    inQuery('doubt', 'those that may have arrived, or the others / 结果不明的，或其余的', {
      type: 'boolean',
    }),
  ]
  const delivery = [
    inPath('message', 'message id / 消息编号', { type: 'string', format: 'uuid' }),
    inPath('step', 'step of the flow / 流程步骤'),
  ]
  const action = inPath(
    'action',
    'skip, replay, or confirm that what may have arrived did / 跳过、重发或确认已送达',
    { type: 'string', enum: [...resolutions] },
  )
  return {
    '/ops/dead': read(
      'ops-dead',
      'Dead letters, oldest first / 死信',
      'DeadLetters',
      [...filter, ...page],
      ['ops.request'],
    ),
    '/ops/dead/replay': act(
      'ops-replay-many',
      'Count the dead letters of a filter, or begin to replay them; audited / 按条件统计或批量重发死信（留痕）',
      'ReplayState',
      [],
      ['ops.request'],
      'ReplayMany',
    ),
    '/ops/dead/replay/{run}': act(
      'ops-replay-more',
      'Replay the next batch of a run / 继续批量重发',
      'ReplayState',
      [inPath('run', '`run` of the first call / 首次调用返回的 run', { type: 'string', format: 'uuid' })],
      ['request.not-found'],
    ),
    '/ops/blocked': read(
      'ops-blocked',
      'Keys whose head does not go on, with what waits behind it / 被阻塞的业务主键',
      'BlockedKeys',
      [system, ...page],
      ['ops.request'],
    ),
    '/ops/deliveries/{message}/{step}': read(
      'ops-delivery',
      'Original, canonical and mapped form, every attempt, and what to do; personal data is hidden / 原文、标准形式、映射结果、各次投递与处理建议（个人信息脱敏）',
      'Dossier',
      delivery,
      ['request.not-found'],
    ),
    '/ops/deliveries/{message}/{step}/reveal': act(
      'ops-reveal',
      'The same with what is personal in it, for somebody who says why; audited / 同上，但不脱敏（须说明理由并留痕）',
      'Dossier',
      delivery,
      ['request.not-found'],
    ),
    '/ops/deliveries/{message}/{step}/{action}': act(
      'ops-resolve',
      'Skip, replay or confirm a dead delivery; audited / 跳过、重发死信或确认已送达（留痕）',
      'ActionDone',
      [...delivery, action],
      ['request.not-found', 'ops.state'],
    ),
    '/ops/deliveries/{message}/{step}/correction/preview': act(
      'ops-correction-preview',
      'What a correction would change; changes nothing / 预览更正（不作任何改变）',
      'CorrectionPreview',
      delivery,
      correcting,
      'CorrectionWish',
    ),
    '/ops/deliveries/{message}/{step}/correction': act(
      'ops-correction',
      'Correct a dead delivery and replay it from its place; what was accepted stays; audited / 更正死信并原位重发，受理原文不变（留痕）',
      'Corrected',
      delivery,
      correcting,
      'Correction',
    ),
  }
}
