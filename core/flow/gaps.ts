// Keys that files need and the key store does not give: a gap shows at start or at a reload, not at the first request.
import type { KeyKind, Keys } from '../signing/keys.ts'
import type { Problem } from '../yaml.ts'
import type { Bundle } from './bundle.ts'

/** A key that is missing or unreadable. `why` says what to do. */
export type Gap = { kind: KeyKind; name: string; neededBy: string; why: string }

/** The gaps of a bundle: keys of its recipes and of its departments. */
export function missingKeys(bundle: Bundle, keys: Keys): Gap[] {
  const recipes = [...bundle.recipes.values()].flatMap((recipe) =>
    recipe.needs.keys.map((key) => ({ ...key, neededBy: `signing/${recipe.name}.yaml` })),
  )
  const departments = [...bundle.systems.values()].flatMap(({ name, auth }) =>
    (auth?.algorithms ?? []).map((algorithm) => ({
      kind: algorithm === 'SM2' ? ('public' as const) : ('secret' as const),
      name: auth?.key ?? '',
      neededBy: `systems/${name}.yaml`,
    })),
  )
  return [...recipes, ...departments].flatMap((need) => {
    const why = troubleOf(keys, need.kind, need.name)
    return why === undefined ? [] : [{ ...need, why }]
  })
}

/** Why a key cannot be had, and how it is made; undefined when it can. */
function troubleOf(keys: Keys, kind: KeyKind, name: string): string | undefined {
  const get = {
    secret: keys.secret,
    private: keys.privateKey,
    public: keys.publicKey,
    certificate: keys.certificate,
  }
  try {
    get[kind](name)
    return undefined
  } catch (error) {
    const { message, todo } = error as Error & { todo?: string }
    return todo === undefined ? message : `${message}. ${todo}`
  }
}

const words: Readonly<Record<KeyKind, string>> = {
  secret: '密钥',
  private: '私钥',
  public: '公钥',
  certificate: '证书',
}

/** A gap as a problem of the file that names the key. */
export function gapProblem(bundle: Bundle, { kind, name, neededBy: file, why }: Gap): Problem {
  const lines = (bundle.files[file] ?? '').split('\n')
  const word = new RegExp(`(?<![\\w-])${name.replace(/[^\w-]/g, '\\$&')}(?![\\w-])`)
  const index = lines.findIndex((line) => word.test(line.replace(/#.*/, '')))
  return {
    file,
    line: Math.max(index, 0) + 1,
    column: index < 0 ? 1 : (lines[index] ?? '').search(word) + 1,
    en: `the ${kind} key ${name} cannot be had: ${why}`,
    zh: `密钥库中没有可用的${words[kind]} ${name}：请先放入密钥目录，系统随后自动重新加载`,
    severity: 'error',
    rule: 'key.missing',
  }
}
