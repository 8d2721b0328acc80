// The order of test files: those that take minutes begin, so that no worker is done long before the other.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// what runs programs of its own mostly waits for them; beside it goes what cannot share a process
const first = [/\/test\/chaos\//, /\/test\/archive\//, /\/test\/crash\//, /\/test\/hub\//, /\/test\/bench\//]

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = first.findIndex((room) => room.test(moduleId))
  return place < 0 ? first.length : place
}

/** Keeps the usual order within each room. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files)
    return usual.sort((a, b) => placeOf(a) - placeOf(b))
  }
}
