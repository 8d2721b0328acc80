// Reads a page of docs/mapping: its fenced blocks, put together to examples that can be run.
//
// An example is one or more `yaml` blocks and what follows them up to the next `yaml` block; it ends with cases, too. A yaml block whose first
// line is `# <path>.yaml` is that file of the mappings folder, known until the next heading `##`; any other is a piece
// of `fields:`. A `jsonc` block holds parts under labels (`// given`, `// result`, …); an `xml`, `csv` or `form` block is
// what is given, or after that what comes out. A `text` block is what `qiao mapping check` prints.
import { readFileSync } from 'node:fs'
import type { Files } from '../../../core/flow/bundle.ts'

/** The words of a label in both languages. */
const labels: Readonly<Record<string, Label>> = {
  given: 'given',
  来源: 'given',
  result: 'result',
  结果: 'result',
  refused: 'refused',
  拒收: 'refused',
  steps: 'steps',
  步骤结果: 'steps',
  message: 'message',
  消息: 'message',
  reply: 'reply',
  应答: 'reply',
  login: 'login',
  登录应答: 'login',
  request: 'request',
  请求: 'request',
}
type Label = 'given' | 'result' | 'refused' | 'steps' | 'message' | 'reply' | 'login' | 'request'

/** A text and the language of its block. */
export type Part = { language: string; text: string }

/** One thing put in and what comes of it. */
export type Run = Partial<Record<Label, Part>>

export type Example = {
  /** line of its first block, and the heading it stands under */
  line: number
  section: string
  /** files of the mappings folder, those shown before in the section too */
  files: Files
  /** the file that is shown last, or undefined for a piece of fields */
  file: string | undefined
  /** the piece of fields */
  fields: string | undefined
  runs: readonly Run[]
  /** what the checker prints of the files */
  printed: string | undefined
  /** its blocks, for comparing pages */
  blocks: readonly Block[]
}

export type Block = Part & { line: number; section: string }

const examples = ['yaml', 'jsonc', 'xml', 'csv', 'form', 'text']

/** A page of docs/ as text. */
export function readPage(name: string): string {
  return readFileSync(`docs/${name}`, 'utf8').replaceAll('\r\n', '\n')
}

/** The fenced blocks of examples. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  let section = ''
  page.split('\n').forEach((line, i) => {
    const [, language] = /^```(\w*)/.exec(line) ?? []
    if (open !== undefined && language === '') {
      blocks.push(open)
      open = undefined
    } else if (open !== undefined) open.text += `${line}\n`
    else if (language !== undefined) open = { language, text: '', line: i + 1, section }
    else if (line.startsWith('## ')) section = line.slice(3)
  })
  return blocks.filter(({ language }) => examples.includes(language))
}

/** The examples of a page, in order. */
export function examplesOf(page: string): Example[] {
  const groups: Block[][] = []
  for (const block of blocksOf(page)) {
    const last = groups.at(-1)?.at(-1)
    const isNext = block.language === 'yaml' && (last?.language !== 'yaml' || isCases(last.text))
    if (last === undefined || isNext || last.section !== block.section) groups.push([])
    groups.at(-1)?.push(block)
  }
  let known: { section: string; files: Files } = { section: '', files: {} }
  return groups.map((blocks) => {
    const { section = '', line = 0 } = blocks[0] ?? {}
    const example = { line, section, ...readBlocks(blocks, section === known.section ? known.files : {}) }
    // wrong files are shown once and forgotten
    if (example.printed === undefined) known = { section, files: example.files }
    else if (section !== known.section) known = { section, files: {} }
    return example
  })
}

const isCases = (text: string): boolean => /^# \S+\.cases\.yaml\n/.test(text)

function readBlocks(blocks: readonly Block[], before: Files): Omit<Example, 'line' | 'section'> {
  const files: Record<string, string> = { ...before }
  let file: string | undefined
  let fields: string | undefined
  for (const { language, text } of blocks) {
    if (language !== 'yaml') continue
    file = /^# (\S+\.yaml)\n/.exec(text)?.[1]
    fields = file === undefined ? text : undefined
    if (file !== undefined) files[file] = text
  }
  const printed = blocks.find(({ language }) => language === 'text')?.text
  return { files, file, fields, runs: runsOf(blocks), printed, blocks }
}

/** An outcome ends a run. */
function runsOf(blocks: readonly Block[]): Run[] {
  const runs: Run[] = [{}]
  const current = (): Run => runs.at(-1) ?? {}
  for (const { language, text, line } of blocks) {
    if (language === 'yaml' || language === 'text') continue
    const parts =
      language === 'jsonc' ? partsOf(text, line) : [[bare(current()), { language, text }] as const]
    for (const [label, part] of parts) {
      current()[label] = part
      if (['result', 'refused', 'request'].includes(label)) runs.push({})
    }
  }
  if (Object.keys(current()).length > 0)
    throw new Error(`line ${blocks[0]?.line}: the last run has no outcome`)
  return runs.slice(0, -1)
}

/** What a document in its own format is. */
const bare = (run: Run): Label => (run.given === undefined ? 'given' : 'result')

function partsOf(text: string, line: number): [Label, Part][] {
  const [head = '', ...pieces] = text.split(/^\/\/ (.+)$/m)
  const parts: [Label, Part][] = []
  for (let i = 0; i + 1 < pieces.length; i += 2) {
    const label = labels[pieces[i] ?? '']
    if (label === undefined) throw new Error(`line ${line}: unknown label "${pieces[i]}"`)
    parts.push([label, { language: 'json', text: pieces[i + 1] ?? '' }])
  }
  if (head.trim() !== '' || parts.length === 0) throw new Error(`line ${line}: a part without label`)
  return parts
}
