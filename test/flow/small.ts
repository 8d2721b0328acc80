// A small set of good files about two platforms, one of which needs what the other gave, to be written otherwise in tests.
import { expect } from 'vitest'
import { eseal } from '../../adapters/eseal/index.ts'
import { inspectBundle } from '../../core/flow/bundle.ts'
import type { Problem } from '../../core/yaml.ts'

const schema = (name: string): string => `title: t\nfields:\n  - { name: ${name}, type: s20, req: N }\n`

export const files = {
  'canonical/thing.done.yaml': `title: t
key: no
deduplication: [no]
fields:
  - { name: no, type: s20, req: Y }
  - { name: paper, type: s20, req: N }
`,
  'schemas/department/thing.yaml': schema('no'),
  'schemas/seal/sign.yaml': schema('NO'),
  'schemas/store/put.yaml': schema('MARK'),
  'schemas/store/drop.yaml': schema('NO'),
  'department/thing.yaml': `from: department/thing
to: thing.done
fields:
  no: { text: no, limit: 20 }
`,
  'seal/sign.yaml': `from: thing.done
to: seal/sign
fields:
  NO: no
`,
  'store/put.yaml': `from: thing.done
to: store/put
fields:
  MARK: { step: seal, path: mark }
`,
  'store/drop.yaml': `from: thing.done
to: store/drop
fields:
  NO: no
`,
  'flows/thing.done.yaml': `steps:
  - step: seal
    system: seal
    operation: sign
    mapping: seal/sign
  - step: store
    system: store
    operation: put
    mapping: store/put
    needs: [seal]
`,
  'systems/seal.yaml': `kind: eseal
title: seal
adapter: eseal
url: http://127.0.0.1:9
operations:
  sign: { takes: seal/sign, path: /sign }
replies:
  - when: { status: 200, body.code: 0 }
    outcome: delivered
    result:
      mark: body.mark
      time: body.time
  - { when: { status: 200 }, outcome: rejected, reason: body.message }
`,
  'systems/store.yaml': `kind: province
title: store
url: http://127.0.0.1:9
operations:
  put: { takes: store/put, path: /put }
  drop: { takes: store/drop, path: /drop }
  login: { path: /login }
replies:
  - { when: { status: 200 }, outcome: delivered }
`,
  'systems/department.yaml': `kind: department
title: department
auth: { key: department, algorithms: [SM2] }
messages:
  thing: department/thing
`,
} satisfies Record<string, string>

export type File = keyof typeof files
/** In a file, this text, to be written so. */
export type Change = readonly [File, from: string, to: string]

/** The problems after changes; `more` files stand beside. */
export function problemsAfter(changes: readonly Change[], more: Record<string, string> = {}): Problem[] {
  const changed: Record<string, string> = { ...files, ...more }
  for (const [file, from, to] of changes) {
    expect(changed[file]).toContain(from)
    changed[file] = (changed[file] ?? '').replace(from, to)
  }
  return [...inspectBundle(changed, [eseal()], { systems: {} }).problems]
}

/** `rule file:line:column < file:line …`: the complaint and the places that belong to it. */
export function told({ rule, file, line, column, related = [] }: Problem): string {
  const others = related.map((place) => `${place.file}:${place.line}`)
  return [`${rule} ${file}:${line}:${column}`, ...(others.length > 0 ? ['<', ...others] : [])].join(' ')
}
