// Publishes to the room of all, or to those of users, from a process that serves nobody, by the official emitter.
import { Emitter } from '@socket.io/redis-emitter'
import { createClient } from 'redis'
import { eventName, payload } from './payload.mjs'
import { recipientOf } from './recipients.mjs'
import { serveControl } from './control.mjs'

const [size, users] = process.argv.slice(2).map(Number)
const client = createClient({ url: process.env.REDIS_URL, RESP: 2 })
await client.connect()
const emitter = new Emitter(client)

let published = 0

serveControl(0, {
  publish: () => {
    published++
    emitter.to(users > 0 ? recipientOf(published, users) : 'bench').emit(eventName, payload(published, size))
  },
  figures: () => ({ published }),
})
