// What scripts/build.mjs compiles is what the TypeScript says, now and after a change; where it cannot be, TypeScript runs.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { programWords } from '../../scripts/build.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
let tree: string
beforeEach(() => {
  tree = realpathSync(mkdtempSync(join(tmpdir(), 'qiao-build-')))
  for (const folder of ['scripts', 'cli', 'core/signing', 'node_modules']) {
    mkdirSync(join(tree, folder), { recursive: true })
  }
  for (const name of ['tsx', 'esbuild', '@esbuild']) {
    symlinkSync(join(root, 'node_modules', name), join(tree, 'node_modules', name))
  }
  copyFileSync(join(root, 'scripts/build.mjs'), join(tree, 'scripts/build.mjs'))
  cpSync(join(root, 'core/thread.ts'), join(tree, 'core/thread.ts'))
  write('package.json', '{ "type": "module" }')
  write(
    'core/signing/worker.ts',
    "import { workerData } from 'node:worker_threads'\nconsole.log(workerData.data as string)",
  )
  write('cli/main.ts', program('one'))
})
afterEach(() => rmSync(tree, { recursive: true }))

const write = (file: string, text: string): void => writeFileSync(join(tree, file), text)

/** Says where it lies, and lets a thread say `text`. */
function program(text: string): string {
  return `import { startThread } from '../core/thread.ts'
console.log(import.meta.url)
startThread(new URL('../core/signing/worker.ts', import.meta.url), '${text}')`
}

function node(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: tree })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** What the tree's own scripts/build.mjs answers. */
function words(): string[] {
  const ask =
    "import { programWords } from './scripts/build.mjs'\nconsole.log(JSON.stringify(programWords('cli/main.ts')))"
  return JSON.parse(node('--input-type=module', '-e', ask)) as string[]
}

const isCompiled = (command: readonly string[]): boolean => command.at(-1)?.endsWith('.mjs') === true
const says = (text: string): string => `${pathToFileURL(join(tree, 'cli/main.ts')).href}\n${text}\n`

test('a program is compiled once, finds what lies beside its source, and is compiled anew after a change', () => {
  const first = words()
  expect(isCompiled(first)).toBe(true)
  expect(words()).toEqual(first)
  expect(node(...first)).toBe(says('one'))

  write('cli/main.ts', program('two, after a change'))
  const second = words()
  expect(second).not.toEqual(first)
  expect(node(...second)).toBe(says('two, after a change'))
  // whoever runs from it goes on
  expect(node(...first)).toBe(says('one'))
})

test('a source that is no TypeScript is left to speak for itself', () => {
  write('cli/main.ts', 'const = 1')
  const command = words()
  expect(isCompiled(command)).toBe(false)
  expect(() => node(...command)).toThrow(/cli\/main\.ts:1/)
})

test('where nothing can be written, TypeScript runs', () => {
  write('node_modules/.cache', 'a file')
  const command = words()
  expect(isCompiled(command)).toBe(false)
  expect(node(...command)).toBe(says('one'))
})

test('the hub is compiled; what is started seldom is not', () => {
  expect(isCompiled(programWords('cli/main.ts'))).toBe(true)
  expect(isCompiled(programWords('bench/main.ts'))).toBe(false)
})
