// A flow file: what happens to messages of a type.
import { z } from 'zod'
import { suggest } from '../nearest.ts'
import { parseSource } from '../shape.ts'
import { FileError, type Path, problemAt, type Source } from '../yaml.ts'
import { duration } from './duration.ts'
import { compileFileCondition } from './file-path.ts'

/** Shape of `mappings/flows/<type>.yaml`. */
export const flowShape = z.strictObject({
  steps: z.array(
    z.strictObject({
      step: z.string().regex(/^[a-z][a-z0-9-]*$/),
      system: z.string(),
      operation: z.string(),
      mapping: z.string(),
      needs: z.array(z.string()).default([]),
      when: z.record(z.string(), z.unknown()).optional(),
      within: duration.optional(),
    }),
  ),
})

/** One step: the operation of a system it calls, with which mapping, after which other steps. */
export type Step = {
  name: string
  system: string
  operation: string
  mapping: string
  needs: readonly string[]
  /** done at most so long after acceptance, ms, or it is late */
  within?: number | undefined
  /** whether the step applies to a message */
  applies: (canonical: unknown) => boolean
}

export type Flow = { type: string; steps: ReadonlyMap<string, Step> }

/** Compiles `flows/<type>.yaml`. Throws FileError: a step may only need steps that stand before it. */
export function compileFlow(source: Source): Flow {
  const data = parseSource(source, flowShape)
  const names = data.steps.map(({ step }) => step)
  const steps = new Map<string, Step>()
  for (const [index, { step, when, ...row }] of data.steps.entries()) {
    const refuse = (at: Path, en: string, zh: string): never => {
      throw new FileError([problemAt(source, ['steps', index, ...at], en, zh, { rule: 'flow.order' })])
    }
    if (steps.has(step)) {
      refuse(['step'], `a step "${step}" stands before; give it another name`, `步骤“${step}”重复，应改名`)
    }
    for (const [i, need] of row.needs.entries()) {
      if (!steps.has(need)) refuse(['needs', i], ...whyNot(need, step, names, [...steps.keys()]))
    }
    const applies =
      when === undefined ? () => true : compileFileCondition(source, ['steps', index, 'when'], when)
    steps.set(step, { name: step, ...row, applies })
  }
  return { type: source.file.replace(/^flows\//, '').replace(/\.yaml$/, ''), steps }
}

/** Why a step cannot need another. */
function whyNot(
  need: string,
  step: string,
  all: readonly string[],
  before: readonly string[],
): [string, string] {
  if (need === step) return [`step "${step}" needs itself`, `步骤“${step}”依赖自身`]
  if (all.includes(need)) {
    return [
      `step "${step}" needs "${need}", which stands behind it; move "${need}" up`,
      `步骤“${step}”依赖其后的步骤“${need}”，应将“${need}”移到前面`,
    ]
  }
  const hint = suggest(need, before)
  return [`step "${step}" needs "${need}", which is no step${hint.en}`, `没有步骤“${need}”${hint.zh}`]
}
