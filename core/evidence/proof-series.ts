// Several day files as one chain: no day between them missing, and each carrying the same chain as far as it goes.
import { addDays } from '../time.ts'
import type { Proof } from './proof-check.ts'

export type SeriesFault = { day: string; en: string; zh: string }

/** What does not fit between files that each fit alone; files of single messages only have to share the chain. */
export function checkSeries(proofs: readonly Proof[]): SeriesFault[] {
  const [longest] = proofs.map(({ links }) => links).sort((a, b) => b.length - a.length)
  const faults = proofs.flatMap(({ links }) => apart(links, longest ?? []))
  const days = proofs.flatMap(({ header }) => (header?.message === null ? [header.day] : [])).sort()
  for (const [i, day] of days.entries()) {
    const before = days[i - 1]
    if (before === undefined) continue
    if (day === before) faults.push({ day, en: `${day} is there twice`, zh: `${day} 重复` })
    else if (day !== addDays(before, 1)) {
      const from = addDays(before, 1)
      const to = addDays(day, -1)
      const missing = from === to ? from : `${from} … ${to}`
      faults.push({ day: from, en: `no file of ${missing}`, zh: `缺少 ${missing} 的文件` })
    }
  }
  return faults
}

/** The first day on which a chain is another than the longest one. */
function apart(links: Proof['links'], longest: Proof['links']): SeriesFault[] {
  const found = links.find(({ hash }, i) => hash !== longest[i]?.hash)
  if (found === undefined) return []
  const { day } = found
  return [{ day, en: `${day}: the files carry different chains`, zh: `${day}：各文件所载的链不一致` }]
}
