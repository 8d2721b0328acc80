// When to try again.

/** Delay in ms before attempt `number` + 1: exponential, capped, with a random half taken off so that retries spread. */
export function retryDelay(
  retry: { first: number; factor: number; max: number },
  number: number,
  random: () => number = Math.random,
): number {
  const full = Math.min(retry.max, retry.first * retry.factor ** Math.min(number - 1, 30))
  return Math.round(full * (0.5 + random() / 2))
}
