// How far the generator is, from the lines it prints; accidents wait for shares of the traffic.
import type { Child } from '../../cli/demo/child.ts'
import type { Result } from './generator/traffic.ts'

export type Progress = {
  /** resolves when this share (0 to 1) of the records is acknowledged, or the generator has ended */
  reach(share: number): Promise<void>
  acknowledged(): number
  /** resolves with the generator's result; rejects when it ended without one */
  result: Promise<Result>
}

/** Listens to a generator that sends `total` records. */
export function followGenerator(generator: Child, total: number): Progress {
  let acknowledged = 0
  let ended = false
  let waiting: { share: number; go: () => void }[] = []
  const look = (): void => {
    const reached = waiting.filter(({ share }) => ended || acknowledged >= share * total)
    waiting = waiting.filter((one) => !reached.includes(one))
    for (const { go } of reached) go()
  }
  generator.process.stdout?.on('data', (chunk: Buffer) => {
    const numbers = [...chunk.toString('utf8').matchAll(/"acknowledged":(\d+)/g)]
    acknowledged = Math.max(acknowledged, ...numbers.map(([, n]) => Number(n)))
    look()
  })
  const result = generator.ended.then(({ output }) => {
    ended = true
    look()
    const last = output.trim().split('\n').at(-1) ?? ''
    if (!last.includes('"seconds"')) {
      const by = generator.process.signalCode ?? `code ${generator.process.exitCode}`
      throw new Error(`the generator ended with ${by}; see generator.log`)
    }
    return JSON.parse(last) as Result
  })
  return {
    reach: (share) =>
      new Promise((go) => {
        waiting.push({ share, go })
        look()
      }),
    acknowledged: () => acknowledged,
    result,
  }
}
