// Vitest set-up of every test file: what it left behind is a fault of its own.
import { afterAll } from 'vitest'
import { dropDatabases } from './database.ts'

afterAll(dropDatabases)
