// Compiles the programs that are started often, and anew when a source of theirs changed: a hub then starts in two thirds
// of the time. Every other program, and these where nothing can be written, runs from its TypeScript.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const script = fileURLToPath(import.meta.url)
const root = dirname(dirname(script))
const programs = ['cli/main.ts', 'sandbox/main.ts', 'sandbox/department/main.ts']
const threads = ['delivery.ts', 'core/ledger/pglite-worker.ts', 'core/signing/worker.ts']

// node_modules may be shared by several trees
const tree = createHash('sha256').update(root).digest('hex').slice(0, 12)
const cache = join(root, 'node_modules', '.cache', 'qiao', tree)
const record = join(cache, 'latest.json')
const day = 86_400_000

// what this process was told about WebAssembly holds for its children too: tests have it in its baseline code
const inherited = process.execArgv.filter((flag) => flag === '--liftoff-only')

/** What Node is given to run a program of this repository (`cli/main.ts`); its own arguments come behind. */
export function programWords(file) {
  const folder = programs.includes(file) ? (latest() ?? compileAnew()) : undefined
  return folder === undefined
    ? [...inherited, '--import', import.meta.resolve('tsx'), join(root, file)]
    : [...inherited, '--enable-source-maps', join(folder, file.replace(/ts$/, 'mjs'))]
}

/** The folder of the last build, as long as its sources are what they were. */
function latest() {
  try {
    const { folder, sources } = JSON.parse(readFileSync(record, 'utf8'))
    return Object.entries(sources).every(([file, stamp]) => stampOf(file) === stamp) ? folder : undefined
  } catch {
    return undefined
  }
}

/** In a process of its own: whoever asks cannot wait for a promise. What it has to say, TypeScript will say as well. */
function compileAnew() {
  spawnSync(process.execPath, [script], { stdio: 'ignore' })
  return latest()
}

function stampOf(file) {
  const { size, mtimeMs } = statSync(join(root, file))
  return `${size} ${mtimeMs}`
}

/** Compiles everything into `folder`; answers the sources, by their paths, as they were before. */
async function compile(folder) {
  const { build } = await import('esbuild')
  const sources = {}
  await build({
    entryPoints: [...programs, ...threads].filter((file) =>
      statSync(join(root, file), { throwIfNoEntry: false }),
    ),
    absWorkingDir: root,
    outbase: root,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    define: { QIAO_BUILD: JSON.stringify({ from: urlOf(root), to: urlOf(folder) }) },
    plugins: [{ name: 'places', setup: (build) => build.onLoad({ filter: /\.(ts|mjs)$/ }, load) }],
  })
  return sources

  // a module finds what lies beside it where its source is
  function load({ path }) {
    const file = path.slice(root.length + 1)
    if (file.startsWith('node_modules')) return undefined
    sources[file.replaceAll('\\', '/')] = stampOf(file)
    const place = JSON.stringify(pathToFileURL(path).href)
    const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', place)
    return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' }
  }
}

const urlOf = (folder) => `${pathToFileURL(folder).href}/`

/** Compiles into a new folder of the cache. Whoever runs from an older one keeps it for a day. */
async function compileToCache() {
  const folder = join(cache, `${Date.now()}-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const sources = await compile(folder)
  writeFileSync(`${folder}.json`, JSON.stringify({ folder, sources }))
  renameSync(`${folder}.json`, record)
  for (const name of readdirSync(cache)) {
    if (Date.now() - Number.parseInt(name, 10) > day)
      rmSync(join(cache, name), { recursive: true, force: true })
  }
}

// node scripts/build.mjs [folder]: into the folder, for an image; without one into the cache
if (process.argv[1] === script) {
  const [, , folder] = process.argv
  await (folder === undefined ? compileToCache() : compile(resolve(folder)))
}
