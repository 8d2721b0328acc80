// Sign-in sessions: values (a token, a secret) that a system hands out for a while. One refresh at a time per
// system, because a refresh may make the older secret invalid.

/** The values of a session, for recipes (`{session.token}`, key `@secret`). */
export type SessionValues = Readonly<Record<string, string>>

export type Session = {
  /** the current values; signs in when there are none or they are about to expire */
  values(): Promise<SessionValues>
  /** forget these values: the system refused them */
  refuse(values: SessionValues): void
}

/** What signing in yields: the values, and when they end (epoch ms). */
export type SignedIn = { values: SessionValues; expires: number }

/** Names of session values that say when it ends: epoch ms, or seconds from now. */
export const endNames = ['expires', 'expiresIn'] as const

/** When a session ends (epoch ms): after an hour when its values do not say. NaN when they say it in no number. */
export function endOf(values: SessionValues, now: number): number {
  const { expires, expiresIn = 3600 } = values
  return expires ? Number(expires) : now + Number(expiresIn) * 1000
}

/** Keeps a session fresh. `signIn` throws when the system cannot be reached or refuses. */
export function createSession(
  signIn: () => Promise<SignedIn>,
  refreshBefore: number,
  now: () => number = Date.now,
): Session {
  let current: SignedIn | undefined
  let pending: Promise<SignedIn> | undefined
  const refresh = (): Promise<SignedIn> => {
    pending ??= signIn()
      .then((fresh) => {
        current = fresh
        return fresh
      })
      .finally(() => {
        pending = undefined
      })
    return pending
  }
  return {
    values: async () => {
      if (current && now() < current.expires - refreshBefore) return current.values
      return (await refresh()).values
    },
    refuse: (values) => {
      if (current?.values === values) current = undefined
    },
  }
}
