// Fresh stores for every measurement: an own database on the private server, an emptied Redis.
import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Services } from '../scripts/services.mjs'

export type FreshStores = { databaseUrl: string; redisUrl: string; drop(): Promise<void> }

/** Creates a database and empties Redis; `drop` removes the database. The server's own writes are settled first. */
export async function freshStores({ databaseUrl, redisUrl }: Services): Promise<FreshStores> {
  const name = `bench_${randomBytes(6).toString('hex')}`
  const redis = new Redis(redisUrl)
  await redis.flushall()
  await redis.quit()
  await onServer(databaseUrl, `create database ${name}`, 'checkpoint')
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return {
    databaseUrl: url.href,
    redisUrl,
    drop: () => onServer(databaseUrl, `drop database ${name} with (force)`),
  }
}

async function onServer(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
