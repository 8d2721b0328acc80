// Readings that are not taken too often: one at a time, shared by all who ask, kept for a while.

/** `read`, at most once in `ms`; whoever asks meanwhile gets what was read. A failed reading is kept as long. */
export function kept<T>(read: () => Promise<T>, ms: number): () => Promise<T> {
  let last: Promise<T> | undefined
  let until = 0
  let reading = false
  return () => {
    if (last && (reading || performance.now() < until)) return last
    reading = true
    last = read().finally(() => {
      reading = false
      until = performance.now() + ms
    })
    return last
  }
}

/** `read`, again only when `rest` times what it took has passed: what takes long is asked rarely. */
export function paced<T>(read: () => Promise<T>, rest = 100): () => Promise<T> {
  let last: { value: T; until: number } | undefined
  return async () => {
    if (last && performance.now() < last.until) return last.value
    const began = performance.now()
    const value = await read()
    const now = performance.now()
    last = { value, until: now + rest * (now - began) }
    return value
  }
}

/** What `work` answers within `ms`; rejects when it does not. */
export function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
