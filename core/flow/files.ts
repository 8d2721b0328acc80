// Reads the integrator's folder, and the overlay of an environment.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../errors.ts'
import { parseSource } from '../shape.ts'
import { readYaml } from '../yaml.ts'
import type { Files } from './bundle.ts'
import { type Overlay, overlayShape } from './system.ts'

/** All YAML files under `folder`, by their path with forward slashes. Throws StartupError when it cannot be read. */
export function readFiles(folder: string): Files {
  try {
    const names = [...namesIn(folder, '')].sort()
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  } catch (cause) {
    throw new StartupError(
      `the mappings folder ${folder} cannot be read / 无法读取配置文件夹 ${folder}`,
      'Set QIAO_MAPPINGS to it. / 请用 QIAO_MAPPINGS 指定。',
      cause,
    )
  }
}

/** What is no file of the integrator: what editors and file systems hide, and where a ConfigMap keeps its versions. */
export function isHidden(name: string): boolean {
  return name.startsWith('.')
}

/** Folders inside folders, at most: links are followed (in a ConfigMap each file is one), and may lead in a circle. */
export const deepest = 10

function* namesIn(folder: string, within: string): Generator<string> {
  if (within.split('/').length > deepest) throw new Error(`${within} lies too deep`)
  for (const name of readdirSync(join(folder, within))) {
    if (isHidden(name)) continue
    const path = within + name
    const found = statSync(join(folder, path), { throwIfNoEntry: false })
    if (found?.isDirectory()) yield* namesIn(folder, `${path}/`)
    else if (found?.isFile() && name.endsWith('.yaml')) yield path
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
