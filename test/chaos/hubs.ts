// Hub processes as an init system keeps them: each on its port, started again whenever it ends.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startProgram } from '../../cli/demo/child.ts'

export type Hubs = {
  /** all serve */
  ready(): Promise<void>
  /** kill -9, once it serves; resolves when it serves again */
  kill(hub: number): Promise<void>
  /**
   * Starves for a moment, so that it has work half done, then stands still for `ms`, then goes on. `flicker` is called
   * now and then while it starves.
   */
  pause(hub: number, ms: number, flicker: () => void): Promise<void>
  /** SIGTERM for all; answers the exit codes */
  stop(): Promise<number[]>
  /** ends that nobody asked for: of running hubs, and of starts that failed because a store was away */
  unasked(): { ended: number; failedStarts: number }
}

type Slot = { child: Child; serves: Promise<boolean> }

const breath = 300
// a machine that is short of CPU: of what was claimed, much is not sent yet when it stops altogether (ms)
const starving = { slices: 100, runs: 2, rests: 25, flicker: 15 }

/** Starts one hub a port with these settings; what they say is kept in `folder`. */
export function startHubs(
  ports: readonly number[],
  environment: Readonly<Record<string, string>>,
  folder: string,
): Hubs {
  const unasked = { ended: 0, failedStarts: 0 }
  const killed = new Set<Child>()
  let stopping = false

  const launch = (hub: number): Slot => {
    const env = { ...environment, QIAO_PORT: String(ports[hub]) }
    const child = startProgram('cli/main.ts', ['start'], env, join(folder, `hub-${hub}.log`))
    const serves = child.line(/"event":"hub.started"/).then(
      () => true,
      () => false,
    )
    void keep(hub, child, serves)
    return { child, serves }
  }
  const keep = async (hub: number, child: Child, serves: Promise<boolean>): Promise<void> => {
    await child.ended
    if (stopping) return
    if (!killed.has(child)) unasked[(await serves) ? 'ended' : 'failedStarts']++
    await sleep(breath)
    if (!stopping) slots[hub] = launch(hub)
  }
  const slots: Slot[] = ports.map((_, hub) => launch(hub))

  /** The process of a hub, once it serves. */
  const serving = async (hub: number): Promise<Child> => {
    for (;;) {
      const slot = slots[hub]
      if (slot && (await slot.serves) && slot.child.process.exitCode === null && !killed.has(slot.child))
        return slot.child
      await sleep(50)
    }
  }
  return {
    ready: async () => void (await Promise.all(ports.map((_, hub) => serving(hub)))),
    kill: async (hub) => {
      const child = await serving(hub)
      killed.add(child)
      child.process.kill('SIGKILL')
      await serving(hub)
    },
    pause: async (hub, ms, flicker) => {
      const { process } = await serving(hub)
      for (let i = 0; i < starving.slices; i++) {
        if (i % starving.flicker === 0) flicker()
        process.kill('SIGCONT')
        await sleep(starving.runs)
        process.kill('SIGSTOP')
        await sleep(starving.rests)
      }
      await sleep(ms)
      process.kill('SIGCONT')
    },
    stop: async () => {
      stopping = true
      await Promise.all(slots.map(({ child }) => child.stop()))
      return Promise.all(slots.map(async ({ child }) => (await child.ended).code))
    },
    unasked: () => unasked,
  }
}
