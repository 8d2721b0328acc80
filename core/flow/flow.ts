// A flow file: what happens to messages of a type.
import { z } from 'zod'
import { compileCondition } from '../mapping/condition.ts'
import { parseSource } from '../shape.ts'
import { FileError, problemAt, type Source } from '../yaml.ts'

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
  /** whether the step applies to a message */
  applies: (canonical: unknown) => boolean
}

export type Flow = { type: string; steps: ReadonlyMap<string, Step> }

/** Compiles `flows/<type>.yaml`. Throws FileError: a step may only need steps that stand before it. */
export function compileFlow(source: Source): Flow {
  const data = parseSource(source, flowShape)
  const steps = new Map<string, Step>()
  data.steps.forEach((step, index) => {
    const refuse = (en: string, zh = '流程步骤不正确'): never => {
      throw new FileError([problemAt(source, ['steps', index], en, zh)])
    }
    if (steps.has(step.step)) refuse(`step ${step.step} stands twice`, '步骤重复')
    for (const need of step.needs) {
      if (!steps.has(need))
        refuse(`step ${step.step} needs ${need}, which does not stand before it`, '依赖的步骤不存在')
    }
    steps.set(step.step, {
      name: step.step,
      system: step.system,
      operation: step.operation,
      mapping: step.mapping,
      needs: step.needs,
      applies: step.when ? compileCondition(step.when, refuse) : () => true,
    })
  })
  return { type: source.file.replace(/^flows\//, '').replace(/\.yaml$/, ''), steps }
}
