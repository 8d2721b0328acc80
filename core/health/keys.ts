// When certificates end, and keys that are not there.
import { missingKeys } from '../flow/gaps.ts'
import type { Fact, Judge } from './fact.ts'
import type { HealthParts } from './parts.ts'

const dayMs = 24 * 3600 * 1000

/** Days left of every certificate, the number of keys without an end, and of those that files need and nobody has. */
export function keyFacts(
  { keyDates, registry, keys, now }: Pick<HealthParts, 'keyDates' | 'registry' | 'keys' | 'now'>,
  judge: Judge,
): Fact[] {
  const { certificates, endless } = keyDates()
  return [
    ...certificates.map(({ name, ends }) =>
      judge('key.expiry', name, Math.floor((ends.getTime() - now().getTime()) / dayMs)),
    ),
    judge('key.endless', null, endless),
    judge('key.missing', null, missingKeys(registry.current(), keys).length),
  ]
}
