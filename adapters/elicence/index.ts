// The adapter of electronic licence stores: mappings need licence identifiers with their check character.
import type { Adapter } from '../../core/flow/adapter.ts'
import { licenceIdentifier } from './identifier.ts'

export { checkCharacter, type IdentifierParts, licenceIdentifier } from './identifier.ts'

// mapped values may be numbers (version: 1 is written 001); an empty one counts as absent
function textOf(data: unknown): string | undefined {
  if (data === undefined || data === null || data === '') return undefined
  return String(data)
}

function fromArguments(args: Record<string, unknown>): string | undefined {
  const type = textOf(args.type)
  const issuer = textOf(args.issuer)
  const version = textOf(args.version)
  const serial = textOf(args.serial)
  const seed = textOf(args.seed)
  // like every mapping expression: absent in, absent out, and the schema says what is missing
  if (type === undefined || issuer === undefined || version === undefined) return undefined
  if (serial === undefined && seed === undefined) return undefined
  return licenceIdentifier({ type, issuer, serial, seed, version: version.padStart(3, '0') })
}

/** Makes the adapter: the mapping function `licence-identifier` { type, issuer, serial or seed, version }. */
export function elicence(): Adapter {
  return { name: 'elicence', functions: { 'licence-identifier': fromArguments } }
}
