// The check of the daily chain: every link hashed and signed, each carrying the one before, no day left out.
import { addDays } from '../time.ts'
import { dayHash, genesis } from './day.ts'

/** A link with its digests in hex and its signature in Base64. */
export type Link = {
  day: string
  entries: number
  root: string
  previous: string
  hash: string
  signature: string
  keyId: string
}

/** What does not fit, in a chain that begins with the first day of all. */
export function checkLinks(
  links: readonly Link[],
  isSigned: (keyId: string, data: Buffer, signature: string) => boolean,
): { day: string; en: string; zh: string }[] {
  const faults: { day: string; en: string; zh: string }[] = []
  let before: Link | undefined
  for (const link of links) {
    const { day } = link
    const fault = (en: string, zh: string): void => void faults.push({ day, en, zh })
    if (before && day !== addDays(before.day, 1))
      fault(`the days after ${before.day} are missing`, '其间日期缺失')
    if (link.previous !== (before?.hash ?? genesis.toString('hex')))
      fault('the link before is missing or was changed', '链条断开')
    const hash = dayHash({
      ...link,
      root: Buffer.from(link.root, 'hex'),
      previous: Buffer.from(link.previous, 'hex'),
    })
    if (hash.toString('hex') !== link.hash) fault('the link was changed', '当日链节被改动')
    if (!isSigned(link.keyId, hash, link.signature))
      fault('the signature of the day is wrong', '当日签名不正确')
    before = link
  }
  return faults
}
