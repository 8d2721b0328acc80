// Installs missing database programs from Debian's packages when it may, else says in one line how to get them.
import { spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

const policy = '/usr/sbin/policy-rc.d'
const policyText =
  '#!/bin/sh\n# Qiao: temporary, keeps freshly installed packages from starting services\nexit 101\n'

/** Returns the programs `find()` sees, after installing what `wanted` lacks; throws one line when it cannot. */
export async function installMissing(wanted, find) {
  const packages = missing(wanted, find())
  if (packages.length > 0) await install(packages)
  const still = missing(wanted, find())
  if (still.length > 0) throw new Error(howTo(still))
  return find()
}

function missing(wanted, programs) {
  return [
    ...(wanted.postgres && !programs.postgres ? ['postgresql'] : []),
    ...(wanted.redis && !programs.redis ? ['redis-server'] : []),
  ]
}

function howTo(packages) {
  const urls = { postgresql: 'TEST_DATABASE_URL', 'redis-server': 'TEST_REDIS_URL' }
  const variables = packages.map((name) => urls[name]).join(' and ')
  return `missing: ${packages.join(', ')}. Run "sudo apt-get install ${packages.join(' ')}" (or your system's packages), or set ${variables} to a running one.`
}

async function install(packages) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(howTo(packages))
  process.stderr.write(`installing ${packages.join(', ')} from Debian's packages (once, about a minute) …\n`)
  const ownPolicy = forbidStarts()
  try {
    await apt(['update', '-qq']).catch(() => {}) // an index that is present may be good enough
    await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages])
  } catch (error) {
    throw new Error(`${error.message}; ${howTo(packages)}`)
  } finally {
    if (ownPolicy) rmSync(policy, { force: true })
  }
}

/** Keeps the packages from starting services on the default ports; leaves an existing policy alone. */
function forbidStarts() {
  try {
    writeFileSync(policy, policyText, { mode: 0o755, flag: 'wx' })
    return true
  } catch {
    return false
  }
}

function apt(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=180', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-500)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(undefined)
      else reject(new Error(`apt-get ${args[0]} failed: ${errors.trim().split('\n').at(-1) ?? code}`))
    })
  })
}
