// Clears what a supervisor left that was itself killed: database processes without owner, and their folders.
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** How the temp folder of every supervisor begins. */
export const prefix = 'qiao-services-'

/** Ends processes and removes folders whose supervisor is dead. Folders of other users are left alone. */
export function sweepLeftovers(parent) {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name)
    const owner = number(join(folder, 'supervisor.pid'))
    if (owner === undefined || isSupervisor(owner)) continue
    for (const pid of processesIn(folder)) signal(pid, 'SIGKILL')
    remove(folder)
  }
}

/** Alive, and not another program that got the same process id since. */
function isSupervisor(pid) {
  if (!signal(pid, 0)) return false
  const command = read(`/proc/${pid}/cmdline`)
  return command === undefined || command.includes('supervisor.mjs')
}

/** Database processes rewrite their command lines, but their working folder tells where they belong. */
function processesIn(folder) {
  return entries('/proc')
    .filter((entry) => /^\d+$/.test(entry) && workingFolder(entry).startsWith(`${folder}/`))
    .map(Number)
}

function workingFolder(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return '' // not ours to look at, or gone
  }
}

function entries(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return [] // no /proc on this system: the folder is removed all the same
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function number(file) {
  const text = read(file)
  return text === undefined ? undefined : Number(text)
}

/** True when the process is there, also when it is another user's. */
function signal(pid, name) {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  } catch {
    // not ours
  }
}
