// qiao keys create: development keys for everything the shipped systems name.
import { createDevelopmentKeys } from '../certs/development.ts'
import { readConfig } from '../core/config.ts'

/** Creates what is missing in the key folder; never overwrites. */
export async function keysCommand([verb]: string[]): Promise<number> {
  if (verb !== 'create') {
    process.stderr.write('usage: qiao keys create\n')
    return 2
  }
  const { keys } = readConfig()
  const made = createDevelopmentKeys(keys)
  process.stdout.write(`${keys}: ${made.length === 0 ? 'nothing was missing' : made.join(' ')}\n`)
  return 0
}
