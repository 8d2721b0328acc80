// Draws the arrows of DESIGN §3 from the imports: they point down only, and never in a circle.
import { describe, expect, test } from 'vitest'
import { readImports } from './imports.ts'

const below: Record<string, readonly string[]> = {
  floor: ['floor'],
  'core/mapping': ['floor'],
  'core/signing': ['floor'],
  'core/transport': ['floor'],
  'core/ledger': ['floor'],
  'core/evidence': ['floor'],
  'core/flow': ['core/mapping', 'core/signing', 'core/transport', 'core/ledger', 'core/evidence', 'floor'],
  'core/health': ['core/flow', 'core/ledger', 'core/signing', 'floor'],
  'core/http': [
    'core/health',
    'core/flow',
    'core/mapping',
    'core/signing',
    'core/transport',
    'core/ledger',
    'core/evidence',
    'floor',
  ],
  adapters: ['core'],
  queues: ['core'],
  certs: ['core'],
  telemetry: ['core'],
  main: ['core', 'adapters', 'queues', 'certs', 'telemetry'],
  cli: ['core', 'adapters', 'queues', 'certs', 'main', 'scripts'],
  sandbox: [],
  scripts: [],
}

/** The room a file stands in. */
function roomOf(file: string): string {
  const parts = file.split('/')
  if (parts.length === 1) return 'main'
  if (parts[0] !== 'core') return parts[0] ?? ''
  return parts.length === 2 ? 'floor' : `core/${parts[1]}`
}

function isAllowed(from: string, to: string): boolean {
  if (from === to) return true
  const targets = below[from] ?? []
  return targets.includes(to) || (targets.includes('core') && (to === 'floor' || to.startsWith('core/')))
}

describe('the house', () => {
  const imports = readImports()

  test('every file stands in a known room', () => {
    const strangers = [...imports.keys()].filter((file) => !(roomOf(file) in below))
    expect(strangers).toEqual([])
    expect(imports.size).toBeGreaterThan(80)
  })

  test('arrows point down only', () => {
    const wrong = [...imports].flatMap(([file, targets]) =>
      targets
        .filter((target) => !isAllowed(roomOf(file), roomOf(target)))
        .map((target) => `${file} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('no circles', () => {
    const done = new Set<string>()
    const circles: string[] = []
    const walk = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) {
        circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
        return
      }
      if (done.has(file)) return
      for (const target of imports.get(file) ?? []) walk(target, [...trail, file])
      done.add(file)
    }
    for (const file of imports.keys()) walk(file, [])
    expect(circles).toEqual([])
  })

  test('only core/config.ts reads the environment', async () => {
    const { readFileSync } = await import('node:fs')
    const readers = [...imports.keys()].filter(
      (file) => file !== 'core/config.ts' && /process\.env\b/.test(readFileSync(file, 'utf8')),
    )
    expect(readers).toEqual([])
  })

  test('only telemetry/ knows prom-client and OpenTelemetry, and only traces.ts the SDK, which nobody loads unasked', async () => {
    const { readFileSync } = await import('node:fs')
    const telling = /(?:from|import\()\s*'(prom-client|@opentelemetry\/[\w-]+)'/g
    const known = [...imports.keys()].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(telling)].map((match) => [file, match[1] ?? ''] as const),
    )
    expect(known.filter(([file]) => !file.startsWith('telemetry/'))).toEqual([])
    const sdk = known.filter(([, name]) => name.startsWith('@opentelemetry/')).map(([file]) => file)
    expect([...new Set(sdk)]).toEqual(['telemetry/traces.ts'])
    const unasked = [...imports.keys()].filter((file) =>
      /from\s*'[^']*telemetry\/traces\.ts'|from\s*'\.\/traces\.ts'/.test(readFileSync(file, 'utf8')),
    )
    expect(unasked).toEqual([])
  })
})
