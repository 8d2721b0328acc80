// Names that a system file gives and other files must have, and its reply rules.
import type { System } from '../system.ts'
import { type Checked, checkName, type Kind, namesIn } from './parts.ts'
import { checkQueries } from './queries.ts'
import { checkReconcile } from './reconciling.ts'
import { checkReplies } from './replies.ts'
import { checkSupplement } from './supplementing.ts'
import { rulesOf, systemFile } from './written.ts'

const adapterKind: Kind = ['adapter', '适配器']
const mappingKind: Kind = ['mapping', '映射']
const recipeKind: Kind = ['signing recipe', '签名配方']
const schemaKind: Kind = ['schema', '字段表']

/** Reports what is wrong with a system that compiles. */
export function checkSystem(system: System, parts: Checked): void {
  const file = systemFile(system)
  const report = parts.reportOf(file)
  if (system.adapter !== undefined)
    checkName(system.adapter, [...parts.adapters.keys()], adapterKind, report, ['adapter'])
  checkMessages(system, parts)
  for (const [name, { recipe, takes }] of system.operations) {
    const at = ['operations', name]
    if (recipe !== undefined)
      checkName(recipe, namesIn(parts, 'signing'), recipeKind, report, [...at, 'recipe'])
    if (takes !== undefined) checkName(takes, namesIn(parts, 'schemas'), schemaKind, report, [...at, 'takes'])
  }
  checkReplies(system, rulesOf(parts.sources.get(file)), report)
  checkQueries(system, parts)
  checkReconcile(system, parts)
  checkSupplement(system, parts)
}

/** What a department posts is taken in by an intake mapping, and its type has a flow. */
function checkMessages(system: System, parts: Checked): void {
  const { library } = parts
  const report = parts.reportOf(systemFile(system))
  for (const [message, mapping] of Object.entries(system.messages)) {
    const at = ['messages', message]
    if (!checkName(mapping, library.mappings, mappingKind, report, at)) continue
    if (library.outbound(mapping) !== undefined) {
      report(
        at,
        `mapping "${mapping}" writes the form of a platform; what is posted needs one whose to: is a canonical type`,
        `映射“${mapping}”用于推送；接收报文需要 to 为标准类型的接入映射`,
        { rule: 'name.unknown' },
      )
    }
    const type = library.intake(mapping)?.to
    if (type === undefined || namesIn(parts, 'flows').includes(type)) continue
    report(
      at,
      `mapping "${mapping}" gives ${type}, which has no flow; write flows/${type}.yaml`,
      `映射“${mapping}”产生 ${type}，该类型没有流程，应建立 flows/${type}.yaml`,
      {
        rule: 'name.unknown',
        related: [{ ...parts.reportOf(`${mapping}.yaml`).placeOf(['to']), en: 'its type', zh: '其类型' }],
      },
    )
  }
}
