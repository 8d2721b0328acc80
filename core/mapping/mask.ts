// Hides personal data in what people are shown: by the class a field table gives, and by what a text looks like.
import { compilePath } from './path.ts'
import { scalarText } from './run.ts'
import type { PersonalMark, PersonalPath } from './schema/schema.ts'

/** A personal value of a message, to be found again wherever it was copied to. */
export type KnownValue = { value: string; class: PersonalMark }

const masks: Readonly<Record<PersonalMark, (text: string[]) => string>> = {
  name: ([first = '']) => `${first}*`,
  id: (text) => ends(text, 4, 4),
  mobile: (text) => ends(text, 3, 4),
  document: () => '***',
  address: (text) => `${text.slice(0, Math.min(6, Math.floor(text.length / 2))).join('')}***`,
}

/**
 * A value with most of it hidden: `张*`, `5107**********0012`, `138****5678`, `绵阳市涪城区***`. What is too short to
 * keep its ends is hidden but for its first character.
 */
export function maskValue(value: string, kind: PersonalMark): string {
  return masks[kind](Array.from(value))
}

function ends(text: string[], head: number, tail: number): string {
  if (text.length < head + tail + 2) return `${text[0] ?? ''}***`
  const hidden = '*'.repeat(text.length - head - tail)
  return text.slice(0, head).join('') + hidden + text.slice(-tail).join('')
}

/** The personal values of a document, the longest first; `paths` as a schema lists them. */
export function personalValues(document: unknown, paths: readonly PersonalPath[]): KnownValue[] {
  return paths
    .flatMap(({ path, class: kind }) => {
      const found = compilePath(path)(document)
      return (Array.isArray(found) ? found : [found]).flatMap((value): KnownValue[] => {
        const text = scalarText(value)
        // a single character would be found everywhere
        return text === undefined || Array.from(text).length < 2 ? [] : [{ value: text, class: kind }]
      })
    })
    .sort((a, b) => b.value.length - a.value.length)
}

const alone = (pattern: string): RegExp => new RegExp(`(?<![0-9A-Za-z])(?:${pattern})(?![0-9A-Za-z])`, 'g')
const citizen = alone('[1-9]\\d{16}[0-9Xx]')
const mobile = alone('1[3-9]\\d{9}')

/** A text with every known value hidden in it, and whatever looks like a citizen's number or a mobile number. */
export function maskText(text: string, known: readonly KnownValue[]): string {
  const hidden = known.reduce(
    (rest, { value, class: kind }) => rest.replaceAll(value, () => maskValue(value, kind)),
    text,
  )
  return hidden
    .replace(citizen, (found) => maskValue(found, 'id'))
    .replace(mobile, (found) => maskValue(found, 'mobile'))
}

/** Which personal class a place of a document has; `path` with `[*]` for every index. Everything below counts too. */
export function classOf(path: string, personal: readonly PersonalPath[]): PersonalMark | undefined {
  return personal.find(
    (each) => path === each.path || path.startsWith(`${each.path}.`) || path.startsWith(`${each.path}[`),
  )?.class
}
