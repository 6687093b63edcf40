// socket.io as an app uses it, with the Redis adapter: whoever connects is in one room, or in that of the name that it came with.
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { createClient } from 'redis'
import { Server } from 'socket.io'
import { serveControl } from './control.mjs'

const publisher = createClient({ url: process.env.REDIS_URL, RESP: 2 })
const subscriber = publisher.duplicate()
await Promise.all([publisher.connect(), subscriber.connect()])

const http = createServer()
const io = new Server(http, { adapter: createAdapter(publisher, subscriber) })
let joined = 0
io.on('connection', socket => {
  socket.join(socket.handshake.query.user ?? 'bench')
  joined++
  socket.on('disconnect', () => joined--)
})

http.listen({ port: 0, host: '127.0.0.1', backlog: 512 }, () =>
  serveControl(http.address().port, { figures: () => ({ connections: joined }) }))
