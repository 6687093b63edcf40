// Publishes to the room from a process that serves nobody, by the official emitter.
import { Emitter } from '@socket.io/redis-emitter'
import { createClient } from 'redis'
import { eventName, payload } from './payload.mjs'
import { serveControl } from './control.mjs'

const size = Number(process.argv[2])
const client = createClient({ url: process.env.REDIS_URL, RESP: 2 })
await client.connect()
const emitter = new Emitter(client)

let published = 0

serveControl(0, {
  publish: () => emitter.to('bench').emit(eventName, payload(++published, size)),
  figures: () => ({ published }),
})
