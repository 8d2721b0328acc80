// A hub as a process of its own, which looks at its files only when it is told to: by SIGHUP, as daemons are.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type City, foundCity, stop } from '../crash/city.ts'
import { mappings } from './running.ts'

let city: City
beforeAll(async () => {
  city = await foundCity()
})
afterAll(() => city?.close())

test('SIGHUP reloads: what is wrong is refused and the hub goes on, what is right is taken', async () => {
  const folder = join(city.folder, 'mappings')
  cpSync(mappings, folder, { recursive: true })
  Object.assign(city.environment, { QIAO_MAPPINGS: folder, QIAO_RELOAD: '0' })
  const hub = await city.hub(0)
  const file = join(folder, 'systems/housing.yaml')
  const good = readFileSync(file, 'utf8')

  writeFileSync(file, `${good}colour: red\n`)
  hub.process.kill('SIGHUP')
  const refused = await hub.line(/"event":"mappings.refused".*"problem":"(systems\/housing.yaml:\d+:\d+)/)
  expect(refused[1]).toMatch(/^systems\/housing\.yaml:/)

  writeFileSync(file, `${good}# nothing new\n`)
  hub.process.kill('SIGHUP')
  await hub.line(/"event":"mappings.reloaded"/)
  expect(await stop(hub)).toBe(0)
  rmSync(folder, { recursive: true })
})
