// The targets a result leaves empty, and why.
import { compileCondition } from '../condition.ts'
import { condition } from '../explain/condition.ts'
import type { Plan } from '../explain/explain.ts'
import { phrase } from '../explain/phrase.ts'
import { isObject, listSource, type Target } from '../explain/targets.ts'
import type { Words } from '../expression/words.ts'
import type { Library } from '../library.ts'
import { compileSteps, PathError, parsePath } from '../path.ts'
import { isAbsent } from '../run.ts'

/** A target that stayed empty; inside lists (`rows[*].no`) one that no element has. */
export type PreviewGap = {
  target: string
  zh: string
  required: 'Y' | 'N' | 'C'
  line: number
  reason: Words
}

/** Finds them. `filled`: the targets that have a value; `item`: what the record was made from. */
export function gapsOf(
  plan: Plan,
  library: Library,
  filled: ReadonlySet<string>,
  document: unknown,
  item: unknown,
): PreviewGap[] {
  const places = [...filled]
  const isFilled = ({ path }: Target): boolean =>
    places.some((place) => place === path || place.startsWith(`${path}.`) || place.startsWith(`${path}[`))
  const empty = plan.targets.filter((target) => !isFilled(target))
  return empty
    .filter(({ path }) => !empty.some((list) => path.startsWith(`${list.path}[*]`)))
    .map((target) => ({
      target: target.path,
      zh: target.field?.zh ?? '',
      required: target.field?.req ?? 'N',
      line: plan.source.at(target.at).line,
      reason: reasonOf(target, plan, library, document, item),
    }))
}

function reasonOf(
  { expression, scene, path }: Target,
  plan: Plan,
  { codes }: Library,
  document: unknown,
  item: unknown,
): Words {
  if (path.includes('[*]')) return { en: 'no element has a value', zh: '没有元素有值' }
  const failed = falseCondition(expression, item)
  if (failed !== undefined) {
    const { en, zh } = condition(failed, scene)
    return { en: `condition false: ${en}`, zh: `条件不成立：${zh}` }
  }
  const said = phrase(expression, { scene, codes })
  const isLoose = plan.format === 'xml'
  const absent = said.sources.filter((source) => {
    const isOwn = scene.prefix !== '' && source.path.startsWith(`${scene.prefix}.`)
    const value = isOwn
      ? valueAt(source.path.slice(scene.prefix.length + 1), item, isLoose)
      : valueAt(source.path, document, isLoose)
    return isAbsent(value) || (Array.isArray(value) && value.length === 0)
  })
  if (absent.length > 0) {
    const names = absent.map((source) => `\`${source.path}\``).join(', ')
    return { en: `source absent: ${names}`, zh: `来源为空：${names}` }
  }
  if (said.kinds.includes('step')) return { en: 'the earlier step left no result', zh: '前一步骤没有结果' }
  if (isObject(expression) && listSource(expression) !== undefined)
    return { en: 'no element gave anything', zh: '没有元素有值' }
  return { en: 'the expression gave nothing', zh: '表达式没有值' }
}

/** The condition of a `when` without else that did not hold. */
function falseCondition(expression: unknown, item: unknown): unknown {
  if (!isObject(expression) || expression.when === undefined || expression.else !== undefined)
    return undefined
  const holds = compileCondition(expression.when, (en): never => {
    throw new TypeError(en)
  })
  return holds(item) ? undefined : expression.when
}

function valueAt(path: string, document: unknown, isLoose: boolean): unknown {
  try {
    return compileSteps(parsePath(path).steps, isLoose)(document)
  } catch (error) {
    // `meta acceptedAt` and `step seal.signedValue` are no paths of the document
    if (error instanceof PathError) return undefined
    throw error
  }
}
