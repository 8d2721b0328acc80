#!/usr/bin/env node
// The door of every npm script: installs what is missing, then runs the command from source. Needs only Node and npm.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [command = 'help', ...args] = process.argv.slice(2)

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 12)) {
  console.error(`qiao needs Node 20.12 or newer; this is ${process.version}`)
  process.exit(1)
}
install()

const bin = (name) => {
  const require = createRequire(join(root, 'package.json'))
  const file = require.resolve(`${name}/package.json`)
  const entry = JSON.parse(readFileSync(file, 'utf8')).bin
  return join(dirname(file), typeof entry === 'string' ? entry : Object.values(entry)[0])
}
const { programWords } = await import('./build.mjs') // what it needs has just been installed
const source = (file, ...rest) => [process.execPath, ...programWords(file), ...rest]

const lines = {
  test: [[process.execPath, bin('vitest'), 'run', ...args]],
  'check-source': [
    [process.execPath, bin('@biomejs/biome'), 'check', '--error-on-warnings', root],
    [process.execPath, bin('typescript'), '-p', root],
    [process.execPath, bin('vitest'), 'run', '--config', 'vitest.house.config.ts'],
  ],
  bench: [source('bench/main.ts', ...args)],
  mutants: [source('test/mutants/main.ts', ...args)],
  chaos: [source('test/chaos/main.ts', ...args)],
  sandbox: [source('sandbox/main.ts', ...args)],
}
for (const line of lines[command] ?? [source('cli/main.ts', command, ...args)]) {
  const code = await run(line)
  if (code !== 0) process.exit(code)
}

/** `npm ci` when the installed packages are not those of package-lock.json. */
function install() {
  const stamp = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(stamp)) return
  console.error('qiao: installing packages (once) …')
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) process.exit(done.status ?? 1)
}

/** Runs a program in our place: same terminal, same signals; answers its exit code. */
function run([program, ...rest]) {
  return new Promise((resolve) => {
    const cwd = ['test', 'check-source'].includes(command) ? root : process.cwd()
    const child = spawn(program, rest, { stdio: 'inherit', cwd })
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    child.on('exit', (code, signal) => {
      process.off('SIGINT', forward)
      process.off('SIGTERM', forward)
      resolve(code ?? (signal ? 1 : 0))
    })
  })
}
