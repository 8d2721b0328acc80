// The sandbox as its users run it: a process of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { makeKeys, post, senders } from './client.ts'
import { acceptance } from './records.ts'

let folder = ''
let child: ChildProcess | undefined
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<string> {
  folder = makeKeys()
  const args = ['--import', 'tsx', 'sandbox/main.ts', '--port', '0', '--keys', folder, '--quiet']
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout ?? expect.fail(), 'data')) as [Buffer]
  return (
    /^sandbox ready at (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line.toString())?.[1] ??
    expect.fail(line.toString())
  )
}

async function ended(): Promise<unknown> {
  const [code] = (await once(child ?? expect.fail(), 'exit')) as [unknown]
  return code
}

test('prints its address, serves, and ends with 0 on SIGTERM', async () => {
  const url = await start()
  const reply = await senders(url, folder).province('UP_PRO_ACCEPT', acceptance(1))
  expect(reply.body).toMatchObject({ code: '0' })
  child?.kill('SIGTERM')
  expect(await ended()).toBe(0)
})

test('ends on POST /control/stop', async () => {
  const url = await start()
  expect(await post(`${url}/control/stop`, '')).toMatchObject({ status: 200, body: { stopping: true } })
  expect(await ended()).toBe(0)
})

test('tells its usage when the key folder is not named', async () => {
  child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts'], { stdio: 'ignore' })
  expect(await ended()).toBe(2)
})
