// Whose data a field holds, by label, name, the place it stands at and the shape of its values. Rather one field too
// many: taking a mark away is easy, data in the open is not taken back.
import type { PersonalClass } from '../schema/field.ts'
import type { DraftField } from './draft.ts'
import { shapeOfValues } from './infer.ts'
import { bareLabel, type Ideas, labelIdeas, nameIdeas } from './names.ts'

type Finding = { class: PersonalClass; why: string }

const persons = new Set(['applicant', 'agent', 'holder', 'legal'])
const hints: readonly { class: PersonalClass; label: RegExp; name: RegExp }[] = [
  {
    class: 'id',
    label: /身份证|证件号|证件编号/,
    name: /^(id_?(card|no|number)|sfz\w*|zjhm|cert_?no|card_?no)$|id_?card(no|num)?$/i,
  },
  { class: 'mobile', label: /手机|联系电话|联系方式|电话号码/, name: /mobile|phone|^tel|sjh(m)?$|lxdh$/i },
  { class: 'address', label: /地址|住址|住所|居住地/, name: /addr|txdz$|lxdz$|^dz$/i },
  {
    class: 'name',
    label: /姓名|联系人|法定代表人|申请人$|代理人$|持证人$/,
    name: /^(xm|fddbr|sqrxm|lxr)$|(applicant|applyer|agent|contact|person|legal)_?name$/i,
  },
]

/** Marks the text fields of a draft that hold personal data, and notes why; marks that stand are kept. */
export function markPersonal(fields: readonly DraftField[], above: Ideas = []): void {
  for (const field of fields) {
    const ideas = ideasOf(field)
    if (field.fields !== undefined) markPersonal(field.fields, ideas)
    const found =
      field.type.kind === 'text' && field.personal === undefined ? find(field, ideas, above) : undefined
    if (found === undefined) continue
    field.personal = found.class
    field.notes.push(`personal: ${found.why}`)
  }
}

function ideasOf({ name, zh }: DraftField): Ideas {
  const label = labelIdeas(zh)
  return label.length > 0 ? label : (nameIdeas(name).readings[0] ?? [])
}

function find({ name, zh, values }: DraftField, ideas: Ideas, above: Ideas): Finding | undefined {
  const label = bareLabel(zh)
  const shape = shapeOfValues(values)
  if (shape === 'citizen-id') return { class: 'id', why: 'values are identity numbers' }
  if (shape === 'mobile') return { class: 'mobile', why: 'values are mobile numbers' }
  const hint = hints.find((each) => (label === '' ? each.name.test(name) : each.label.test(label)))
  if (hint !== undefined) return { class: hint.class, why: `${label === '' ? 'name' : 'label'} says so` }
  const person = [...ideas, ...above].find((idea) => persons.has(idea))
  const head = ideas.at(-1)
  if (person === undefined) return undefined
  if (head === person || head === 'name') return { class: 'name', why: 'a person or party by name' }
  const isNumber = head === 'number' || (head === 'code' && ideas.includes(person))
  return isNumber ? { class: 'id', why: 'number of a person or party' } : undefined
}
