// What to do with a delivery that is not done: told by how its last attempt ended, never by the words of a reason.
import type { Outcome } from './outcome.ts'

/** Why it stands. */
export type Cause = 'files' | 'mapping' | 'rejected' | 'unknown' | 'unreachable' | 'held' | 'waiting'
export type Advice = { cause: Cause; en: string; zh: string }

const words: Readonly<Record<Cause, Omit<Advice, 'cause'>>> = {
  files: {
    en: 'The mapping files this message was accepted with are lost, or have no such step. Correct it with `bundle: current`, so that it goes by the files in use; or skip it.',
    zh: '受理时的映射文件已缺失或没有此步骤。请以 bundle: current 更正，使其按在用文件投递；或跳过。',
  },
  mapping: {
    en: 'Our mapping refused the data and nothing was sent. Correct the fields named in the reason; or, when the mapping was wrong and has been mended, correct with `bundle: current`. What was accepted stays as it is.',
    zh: '本枢纽的映射拒绝了数据，未发送任何内容。请更正原因中所列字段；如系映射有误且已修复，请以 bundle: current 更正。受理的原文不会改变。',
  },
  rejected: {
    en: 'The platform refused the record; its reply says why. Correct the data, or settle it with the platform and then replay. Skip only what must never be delivered: what follows of the same key then goes on.',
    zh: '平台拒收该记录，原因见其应答。请更正数据，或与平台核实处理后重发。仅当确定无须投递时才可跳过，跳过后同一主键的后续投递继续进行。',
  },
  unknown: {
    en: 'It may have arrived: nobody knows. Ask the platform for the business key first. Replay when the platform does not have it; confirm when it does.',
    zh: '对方可能已收到，结果不明。请先向平台按业务主键查询：平台没有则重发，已有则确认送达。',
  },
  unreachable: {
    en: 'The platform could not take it as often as it was tried. See whether the system answers again, then replay; many at once with a bulk replay.',
    zh: '多次尝试后平台仍无法接收。请确认对方系统恢复后重发；数量多时请批量重发。',
  },
  held: {
    en: 'It waits for another step of the same message. Look at that step.',
    zh: '正在等待同一消息的其他步骤，请查看该步骤。',
  },
  waiting: {
    en: 'It is tried again by itself. Nothing needs to be done unless this goes on for long: then look at the system.',
    zh: '系统会自动重试，通常无须处理；若长时间未成功，请检查对方系统。',
  },
}

/**
 * The advice for a delivery; undefined when it is done. `lastAttempt`: how its newest attempt ended, with the status of
 * the reply, null when none came. `hasFiles`: whether the files it goes by still have its step.
 */
export function adviceFor(
  state: string,
  lastAttempt: { outcome: string; status: number | null } | undefined,
  hasFiles: boolean,
): Advice | undefined {
  if (!['held', 'ready', 'dead'].includes(state)) return undefined
  const cause = causeOf(state, lastAttempt, hasFiles)
  return { cause, ...words[cause] }
}

function causeOf(
  state: string,
  last: { outcome: string; status: number | null } | undefined,
  hasFiles: boolean,
): Cause {
  if (!hasFiles) return 'files'
  if (state === 'held') return 'held'
  if (state === 'ready') return 'waiting'
  const outcome = last?.outcome as Outcome | undefined
  // refused before anything was sent
  if (outcome === 'rejected') return last?.status === null ? 'mapping' : 'rejected'
  return outcome === 'unknown' ? 'unknown' : 'unreachable'
}
