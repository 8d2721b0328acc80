// Every adapter there is: a new kind of system with something special about it is listed here.
import type { Adapter } from '../core/flow/adapter.ts'
import { elicence } from './elicence/index.ts'
import { eseal } from './eseal/index.ts'

/** All adapters with their defaults. */
export function adapters(): Adapter[] {
  return [eseal(), elicence()]
}
