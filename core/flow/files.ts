// Reads the integrator's folder, and the overlay of an environment.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { StartupError } from '../errors.ts'
import { parseSource, readYaml } from '../yaml.ts'
import type { Files } from './bundle.ts'
import { type Overlay, overlayShape } from './system.ts'

/** All YAML files under `folder`, by their path with forward slashes. Throws StartupError when it cannot be read. */
export function readFiles(folder: string): Files {
  try {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    return Object.fromEntries(
      names.map((name) => [relative(folder, name).split(sep).join('/'), readFileSync(name, 'utf8')]),
    )
  } catch (cause) {
    throw new StartupError(`the mappings folder ${folder} cannot be read`, 'Set QIAO_MAPPINGS to it.', cause)
  }
}

/** What a hub runs on: the cases beside the files are for their tests, and more than half of what is to be read. */
export function withoutCases(files: Files): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !name.endsWith('.cases.yaml')))
}

/** The overlay file of an environment; an absent name means no overlay. Throws FileError, StartupError. */
export function readOverlay(file: string | undefined): Overlay {
  if (file === undefined) return { systems: {} }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new StartupError(`the settings file ${file} cannot be read`, 'Correct QIAO_SETTINGS.', cause)
  }
  return parseSource(readYaml(file, text), overlayShape)
}
