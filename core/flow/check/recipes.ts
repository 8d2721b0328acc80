// Judges signing recipes against the systems and mappings that use them: settings, session values, members of documents.
import { checkDocuments } from './documents.ts'
import type { Checked } from './parts.ts'
import { checkSettings } from './settings.ts'
import { checkSignIn } from './sign-in.ts'

/** Reports what recipes that compile read and nobody gives, and what is given and nobody reads. */
export function checkRecipes(parts: Checked): void {
  for (const system of parts.systems.values()) {
    checkSettings(system, parts)
    checkSignIn(system, parts)
  }
  checkDocuments(parts)
  for (const [name, { unused }] of parts.recipes) {
    for (const use of unused) {
      parts.reportOf(`signing/${name}.yaml`)(
        use.at,
        `nothing reads the value "${use.name}"; place it as {${use.name}} where it belongs, or remove it`,
        `值“${use.name}”没有被使用，应在所需之处以 {${use.name}} 引用，否则删除`,
        { rule: 'value.unused', onKey: true },
      )
    }
  }
}
