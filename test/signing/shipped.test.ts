// Every signing recipe that ships has cases beside it, and they hold.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runRecipeCases } from '../../core/signing/cases.ts'
import { readYaml, type Source } from '../../core/yaml.ts'

const folder = new URL('../../mappings/signing/', import.meta.url)
const source = (file: string): Source =>
  readYaml(`signing/${file}`, readFileSync(new URL(file, folder), 'utf8'))
const recipes = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.endsWith('.cases.yaml'))

describe('shipped recipes', () => {
  it('are there', () => expect(recipes.length).toBeGreaterThan(5))

  it.each(recipes)('%s', async (file) => {
    const results = await runRecipeCases(source(file), source(file.replace('.yaml', '.cases.yaml')))
    expect(
      results.flatMap((result) => result.problems.map((problem) => `${result.case}: ${problem}`)),
    ).toEqual([])
  })
})
