// The nearest known name, for "did you mean".

/** The candidate with the smallest edit distance, when it is near enough to be a misspelling; else undefined. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    // a word that shares nothing with another is not misspelt: "5" is not nearly "1"
    if (distance < bestDistance && distance < Math.max(name.length, candidate.length)) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

/** ` (did you mean "x"?)` in both languages, or two empty texts. */
export function suggest(name: string, candidates: Iterable<string>): { en: string; zh: string } {
  return suggestion(nearest(name, candidates))
}

/** The nearest of some names, as `suggest`, or all of them when none is near. */
export function among(name: string, known: readonly string[]): { en: string; zh: string } {
  if (known.length === 0 || nearest(name, known) !== undefined) return suggest(name, known)
  return { en: `; known: ${known.join(', ')}`, zh: `，可用：${known.join('、')}` }
}

/** What `suggest` says of a name already found. */
export function suggestion(found: string | undefined): { en: string; zh: string } {
  return found === undefined
    ? { en: '', zh: '' }
    : { en: `; did you mean "${found}"?`, zh: `，是否应为“${found}”？` }
}
