// Fresh stores for every measurement: an own database on the private server, an emptied Redis.
import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Services } from '../scripts/services.mjs'

export type FreshStores = { databaseUrl: string; redisUrl: string; drop(): Promise<void> }

/**
 * Creates a database and empties Redis; `drop` removes the database. The server's own writes are settled first. `number` is
 * that of the Redis database, for programs that run beside each other.
 */
export async function freshStores({ databaseUrl, redisUrl }: Services, number = 0): Promise<FreshStores> {
  const name = `bench_${randomBytes(6).toString('hex')}`
  const own = number === 0 ? redisUrl : new URL(`/${number}`, redisUrl).href
  const redis = new Redis(own)
  await redis.flushdb()
  await redis.quit()
  await onServer(databaseUrl, `create database ${name}`, 'checkpoint')
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return {
    databaseUrl: url.href,
    redisUrl: own,
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
