// A corrected canonical form: the patch laid over what goes by now, judged again by the canonical type.
import { type Issue, QiaoError } from '../errors.ts'
import { differences } from '../mapping/difference.ts'
import type { CanonicalType } from '../mapping/schema/canonical.ts'
import { localTime } from '../time.ts'
import { mergePatch } from './patch.ts'

/** What the corrected form must agree with: the message keeps its key, and its place in deduplication. */
export type Identity = { key: string; deduplication: string; source: string; acceptedAt: Date }

/**
 * The form after the patch.
 * @throws QiaoError message.invalid, with every issue: a rule of the type, a field it does not have, another identity
 */
export function correctForm(
  type: CanonicalType,
  base: Record<string, unknown>,
  patch: Readonly<Record<string, unknown>>,
  identity: Identity,
): Record<string, unknown> {
  const merged = mergePatch(base, patch)
  const acceptedAt = localTime(identity.acceptedAt)
  const meta = { acceptedAt, now: localTime(new Date()), source: identity.source }
  const { value, issues } = type.validate(merged, { meta, steps: {} })
  const found = [...issues, ...strangers(merged, value, issues), ...movedFrom(type, value, identity)]
  if (found.length > 0) throw new QiaoError('message.invalid', { issues: found })
  return value
}

/** Values of the patch that the type has no field for; where a rule complained already, that is enough. */
function strangers(merged: unknown, value: unknown, issues: readonly Issue[]): Issue[] {
  const told = new Set(issues.map(({ path }) => path))
  return differences(merged, value, true)
    .filter(
      ({ kind, before, path }) => kind === 'removed' && before !== '' && before !== null && !told.has(path),
    )
    .map(({ path }) => ({
      path,
      rule: 'unknown',
      en: 'the canonical type has no such field',
      zh: '标准类型没有该字段',
    }))
}

/** Another key would take the message out of its order, another deduplication key would make it another message. */
function movedFrom(type: CanonicalType, value: unknown, { key, deduplication }: Identity): Issue[] {
  const en = 'a correction cannot make it another message: let the department send that one'
  const zh = '更正不得改变消息的主键或去重键，请由部门重新报送'
  if (type.keyOf(value) !== key) return [{ path: type.key, rule: 'key', en, zh }]
  if (type.deduplicationOf(value) === deduplication) return []
  return [{ path: type.deduplication.join('|'), rule: 'deduplication', en, zh }]
}
