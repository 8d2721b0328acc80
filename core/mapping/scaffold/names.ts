// Names and labels become ideas: `AGENT_CERT_NO`, `agentCertNo`, `dlrzjhm` and 代理人证件号码 all say agent, cert, number.
import { pinyin } from 'pinyin-pro'
import { fillers, words } from './words.ts'

/** Ideas in the order they are said; what no word explains is kept as literal text (`?xyz`). */
export type Ideas = readonly string[]

const chinese = new Map(words.flatMap(({ idea, zh }) => zh.map((word) => [word, idea] as const)))
const english = new Map(words.flatMap(({ idea, en }) => en.map((word) => [word, idea] as const)))
const longest = Math.max(...[...chinese.keys()].map((word) => word.length))

/** A label without its remarks in brackets and punctuation, in lower case. */
export function bareLabel(label: string): string {
  return label
    .normalize('NFKC')
    .replace(/[([【《].*?[)\]】》]/g, '')
    .replace(/[\s,:;、，：；/.·*"“”-]/g, '')
    .toLowerCase()
}

/** What stands in the brackets of a label: `5最好`, `毫秒`. */
export function remarkOf(label: string): string {
  return [...label.normalize('NFKC').matchAll(/[([【](.*?)[)\]】]/g)].map(([, inner = '']) => inner).join(' ')
}

/** Ideas of a Chinese label, the longest words first found from the left. */
export function labelIdeas(label: string): Ideas {
  const text = bareLabel(label)
  const ideas: string[] = []
  let literal = ''
  const flush = (): void => {
    if (literal !== '' && !fillers.has(literal)) ideas.push(`?${literal}`)
    literal = ''
  }
  for (let at = 0; at < text.length; ) {
    const word = longestWord(text, at)
    if (word === undefined) literal += text[at++]
    else {
      flush()
      const idea = chinese.get(word)
      if (idea !== undefined) ideas.push(idea)
      at += word.length
    }
  }
  flush()
  return ideas
}

function longestWord(text: string, at: number): string | undefined {
  for (let size = Math.min(longest, text.length - at); size > 0; size--) {
    const word = text.slice(at, at + size)
    if (chinese.has(word) || fillers.has(word)) return word
  }
  return undefined
}

/** Pieces of an identifier in lower case: camel, snake and kebab case; `UP_` and table prefixes stay. */
export function tokens(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((piece) => piece.split(' '))
    .map((piece) => piece.toLowerCase())
    .filter((piece) => piece !== '')
}

/**
 * Ideas of an identifier; several readings when it is pinyin. Chinese names are read as labels.
 * `pinyin`: the reading was guessed from initials.
 */
export function nameIdeas(name: string): { readings: readonly Ideas[]; pinyin: boolean } {
  if (/\p{Script=Han}/u.test(name)) return { readings: [labelIdeas(name)], pinyin: false }
  const pieces = tokens(name)
  const read = readEnglish(pieces)
  if (read !== undefined) return { readings: [read], pinyin: false }
  const joined = pieces.join('')
  const whole = splitEnglish(joined)
  if (whole !== undefined) return { readings: [whole], pinyin: false }
  const parses = readPinyin(joined)
  if (parses.length > 0) return { readings: parses, pinyin: true }
  return { readings: [pieces.flatMap((piece) => splitEnglish(piece) ?? [`?${piece}`])], pinyin: false }
}

/** All pieces as English words, longest phrases first; undefined when most are unknown. */
function readEnglish(pieces: readonly string[]): Ideas | undefined {
  const ideas: string[] = []
  let known = 0
  for (let at = 0; at < pieces.length; ) {
    const size = [3, 2, 1].find(
      (n) => english.has(pieces.slice(at, at + n).join(' ')) && at + n <= pieces.length,
    )
    const split = size === undefined ? splitEnglish(pieces[at] ?? '') : undefined
    if (size !== undefined) ideas.push(english.get(pieces.slice(at, at + size).join(' ')) ?? '')
    else if (split !== undefined) ideas.push(...split)
    else if (!fillers.has(pieces[at] ?? '')) ideas.push(`?${pieces[at]}`)
    if (size !== undefined || split !== undefined) known++
    at += size ?? 1
  }
  return known * 2 > pieces.length || (known > 0 && pieces.length <= 2) ? ideas : undefined
}

/** `caseno` as case + no: English words that fill the whole piece. */
function splitEnglish(piece: string): Ideas | undefined {
  if (piece.length < 4 || !/^[a-z]+$/.test(piece)) return undefined
  const best: (string[] | undefined)[] = [[]]
  for (let end = 1; end <= piece.length; end++) {
    for (let start = Math.max(0, end - 16); start < end - 1; start++) {
      const before = best[start]
      const idea = english.get(piece.slice(start, end))
      if (before === undefined || idea === undefined) continue
      const earlier = best[end]
      if (earlier === undefined || earlier.length > before.length + 1) best[end] = [...before, idea]
    }
  }
  return best[piece.length]
}

const syllables = (text: string): string[] => pinyin(text, { toneType: 'none', type: 'array', v: true })

/** Pinyin of a label: `xmmc` and `xiangmumingcheng` for 项目名称. */
export function spell(label: string): { initials: string; full: string } {
  const parts = syllables(bareLabel(label))
  return { initials: parts.map((part) => part[0] ?? '').join(''), full: parts.join('') }
}

let table: Map<string, Set<string>> | undefined

/** Pinyin → ideas; made when first asked for. */
function pinyinTable(): Map<string, Set<string>> {
  if (table !== undefined) return table
  table = new Map()
  for (const [word, idea] of chinese) {
    const { initials, full } = spell(word)
    for (const key of word.length > 1 ? [initials, full] : [full]) {
      const ideas = table.get(key) ?? new Set()
      table.set(key, ideas.add(idea))
    }
  }
  return table
}

const READINGS = 24

/** Ways to read a whole piece as pinyin words, the ones with fewer words first. */
function readPinyin(piece: string): Ideas[] {
  if (!/^[a-z]{2,}$/.test(piece)) return []
  const known = pinyinTable()
  const best: string[][][] = [[[]]]
  for (let end = 1; end <= piece.length; end++) {
    const found: string[][] = []
    for (let start = Math.max(0, end - 24); start < end; start++) {
      for (const idea of known.get(piece.slice(start, end)) ?? []) {
        for (const before of best[start] ?? []) found.push([...before, idea])
      }
    }
    best[end] = found.sort((a, b) => a.length - b.length).slice(0, READINGS)
  }
  return best[piece.length] ?? []
}

/** 0–1: how much two labels share, over pairs of neighbouring characters. */
export function likeness(a: string, b: string): number {
  const [left, right] = [bareLabel(a), bareLabel(b)]
  if (left === '' || right === '') return 0
  if (left === right) return 1
  const pairs = (text: string): string[] => Array.from(text).map((c, i) => `${text[i - 1] ?? '^'}${c}`)
  const rest = pairs(right)
  let shared = 0
  for (const pair of pairs(left)) {
    const at = rest.indexOf(pair)
    if (at >= 0) {
      rest.splice(at, 1)
      shared++
    }
  }
  return (2 * shared) / (left.length + right.length)
}
