// Starts worker.ts in a worker thread. Plain JavaScript, because on Node 20 `--import tsx` of the parent
// does not reach worker threads: the loader has to be registered from inside.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
