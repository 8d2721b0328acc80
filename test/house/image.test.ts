// The image holds every file that its build reaches from the command line.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readImports } from './imports.ts'

test('the Dockerfile copies everything that the command line reaches', () => {
  const copied = [...readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, list]) =>
    (list ?? '').split(' '),
  )
  const imports = readImports()
  const reached = new Set<string>()
  const follow = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const target of imports.get(file) ?? []) follow(target)
  }
  follow('cli/main.ts')
  expect(reached.size).toBeGreaterThan(100)
  expect(
    [...reached].filter((file) => !copied.some((each) => file === each || file.startsWith(`${each}/`))),
  ).toEqual([])
})
