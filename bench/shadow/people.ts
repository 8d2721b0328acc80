// The personal data of the generated messages, to be looked for where none may be shown.
import type { Message } from '../../sandbox/department/message.ts'

/** Collects names, identity numbers and mobile numbers; `shownIn` answers how many of them a text shows. */
export function createPeople(): {
  note: (message: Message) => void
  size: () => number
  shownIn: (document: unknown) => number
} {
  const values = new Set<string>()
  return {
    note: ({ entries }) => {
      for (const entry of entries) {
        if (!('case' in entry)) continue
        const who = entry.case.applicant
        if (who.kind === 'person') for (const value of [who.name, who.idNo, who.mobile]) values.add(value)
      }
    },
    size: () => values.size,
    shownIn: (document) => {
      const text = JSON.stringify(document)
      return [...values].filter((value) => text.includes(value)).length
    },
  }
}
