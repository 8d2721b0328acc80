// The sandbox as a program: node --import tsx sandbox/main.ts --port 9700 --keys <folder> [--quiet]

import { parseArgs } from 'node:util'
import { startSandbox } from './server.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9700' },
    keys: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
})
const port = Number(values.port)
if (!values.keys || !Number.isInteger(port) || port < 0 || port > 65535) {
  console.error('usage: sandbox/main.ts --port 9700 --keys <folder> [--quiet]')
  process.exit(2)
}

const sandbox = await startSandbox({
  port,
  keys: values.keys,
  ...(values.quiet ? {} : { log: (line: string) => console.error(line) }),
}).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
console.log(`sandbox ready at ${sandbox.url}`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox.close())
await sandbox.closed
