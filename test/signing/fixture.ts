// What recipe tests share: keys, a scope with a fixed clock and nonce, and a request.
import { StartupError } from '../../core/errors.ts'
import { inline } from '../../core/signing/crypto.ts'
import { type Keys, sm2KeyFromHex } from '../../core/signing/keys.ts'
import { compileRecipe, type Outgoing, type RecipeScope } from '../../core/signing/recipe.ts'
import { readYaml } from '../../core/yaml.ts'

export const pair = sm2KeyFromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
export const secrets: Record<string, string> = {
  supervision: '0123456789abcdef0123456789abcdef',
  'review-appword': 'demoword',
  eseal: 'tok',
  sixteen: 'sixteen byte key',
  hexed: '0123456789abcdeffedcba9876543210',
}
export const keys: Keys = {
  secret: (name) => {
    const found = secrets[name]
    if (found === undefined) throw new StartupError(`no ${name}`, 'make it')
    return found
  },
  privateKey: () => pair,
  publicKey: () => pair.verifying,
  certificate: () => Buffer.alloc(0),
  has: () => true,
}
export const scope = (more: Partial<RecipeScope> = {}): RecipeScope => ({
  keys,
  crypto: inline(),
  settings: {},
  session: {},
  now: new Date(1_600_000_000_000),
  nonce: () => 'n1',
  ...more,
})
export const request = (document: unknown = { b: 2, a: '一' }, more: Partial<Outgoing> = {}): Outgoing => ({
  method: 'POST',
  path: '/x',
  query: {},
  headers: {},
  document,
  content: Buffer.from(JSON.stringify(document)),
  contentType: 'application/json; charset=utf-8',
  ...more,
})
export const recipe = (yaml: string) => compileRecipe(readYaml('signing/test.yaml', yaml))
export const bodyOf = (outgoing: Outgoing): unknown => JSON.parse(outgoing.content.toString())
