// Reads a page of the Prometheus text format, version 0.0.4, and refuses what its rules refuse.

export type Sample = { name: string; labels: Record<string, string>; value: number }

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy

/** The samples of a page. Throws on anything that a collector would not understand. */
export function readPage(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const types = new Map<string, string>()
  const helped = new Set<string>()
  const samples: Sample[] = []
  for (const each of text.split('\n').filter((full) => full !== '')) {
    const [, kind, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(each) ?? []
    if (kind === 'HELP') helped.add(about)
    else if (kind === 'TYPE') {
      if (types.has(about)) throw new Error(`${about} stands there twice`)
      types.set(about, rest)
    } else samples.push(sampleOf(each))
  }
  for (const { name, value } of samples) {
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    const type = types.get(family)
    if (type === undefined || !helped.has(family)) throw new Error(`${name} has no type or help`)
    if (type === 'counter' && (!name.endsWith('_total') || value < 0))
      throw new Error(`${name} is no counter`)
  }
  const seen = samples.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels).sort()]))
  if (new Set(seen).size !== seen.length) throw new Error('a sample stands there twice')
  return samples
}

function sampleOf(text: string): Sample {
  const [, name, inside = '', number = ''] = line.exec(text) ?? []
  if (name === undefined) throw new Error(`no sample: ${text}`)
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  let read = 0
  for (let match = label.exec(inside); match; match = label.exec(inside)) {
    labels[match[1] ?? ''] = match[2] ?? ''
    read = label.lastIndex
  }
  if (read !== inside.length) throw new Error(`no labels: ${text}`)
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number)
  if (Number.isNaN(value) && number !== 'NaN' && number !== 'Nan') throw new Error(`no number: ${text}`)
  return { name, labels, value }
}

/** The sum of all samples of a name that have these labels; undefined when there is none. */
export function sumOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}) {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
}
