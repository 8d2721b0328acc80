// How far a long run is, told on standard error.
import type { ShadowProgress } from '../../core/flow/shadow.ts'
import type { Output } from './output.ts'

/** A line a second that overwrites itself; where nobody watches, one every ten seconds. */
export function teller(output: Output): (progress: ShadowProgress) => void {
  const every = output.tellsTerminal ? 1 : 10
  let told = 0
  return (progress) => {
    const { messages, total, seconds } = progress
    if (seconds - told < every && messages !== total) return
    told = seconds
    const end = output.tellsTerminal && messages !== total ? '\r' : '\n'
    output.tell(`${progressText(progress).padEnd(70)}${end}`)
  }
}

/** `12,000 of 100,000 messages, 4,000/s, 22 s left` */
export function progressText({ messages, total, seconds }: ShadowProgress): string {
  const rate = messages / Math.max(seconds, 0.001)
  const number = (value: number): string => Math.round(value).toLocaleString('en')
  const known = total === undefined ? '' : ` of ${number(total)}`
  const left = total === undefined || rate === 0 ? '' : `, ${number((total - messages) / rate)} s left`
  return `${number(messages)}${known} messages, ${number(rate)}/s${left}`
}
