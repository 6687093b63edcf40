// Publishes to the room from a process that serves nobody, by the official emitter.
import { Emitter } from '@socket.io/redis-emitter'
import { createClient } from 'redis'
import { serveControl } from './control.mjs'

const size = Number(process.argv[2])
const client = createClient({ url: process.env.REDIS_URL, RESP: 2 })
await client.connect()
const emitter = new Emitter(client)

// As Payload.cs: ten digits of sequence, then filler that depends on its place.
const filler = Array.from({ length: size - 10 }, (_, i) => String.fromCharCode(97 + ((i + 10) % 26))).join('')
let published = 0

serveControl(0, {
  publish: () => emitter.to('bench').emit('tick', String(++published).padStart(10, '0') + filler),
  figures: () => ({ published }),
})
