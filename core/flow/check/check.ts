// Judges systems and flows against each other and against the library: what each file says alone was judged before.
import type { Problem } from '../../yaml.ts'
import { checkLookups } from './lookups.ts'
import { openParts, type Parts } from './parts.ts'
import { checkRecipes } from './recipes.ts'
import { checkFlow } from './steps.ts'
import { checkSystem } from './systems.ts'

/** Everything that is wrong with systems and flows that compile. */
export function checkParts(parts: Parts): Problem[] {
  const problems: Problem[] = []
  const checked = openParts(parts, problems)
  for (const system of parts.systems.values()) checkSystem(system, checked)
  for (const flow of parts.flows.values()) checkFlow(flow, checked)
  checkLookups(checked)
  checkRecipes(checked)
  return problems
}
