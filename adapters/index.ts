// Every adapter there is: a new kind of system with something special about it is listed here.
import type { Adapter } from '../core/flow/adapter.ts'
import { type Crypto, inline } from '../core/signing/crypto.ts'
import { elicence } from './elicence/index.ts'
import { eseal } from './eseal/index.ts'

/** All adapters with their defaults; `crypto` is where they compute SM2. */
export function adapters(crypto: Crypto = inline()): Adapter[] {
  return [eseal({ crypto, makers: ['eseal-maker'] }), elicence()]
}
