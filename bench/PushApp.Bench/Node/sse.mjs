// Bare Server-Sent Events on Node: one text for all, one write per response. No broker, no log; the event enters here.
import { createServer } from 'node:http'
import { eventName, payload } from './payload.mjs'
import { serveControl } from './control.mjs'

const size = Number(process.argv[2])
const streams = new Set()
let published = 0

const http = createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
  response.flushHeaders()
  streams.add(response)
  response.on('close', () => streams.delete(response))
})

http.listen({ port: 0, host: '127.0.0.1', backlog: 512 }, () =>
  serveControl(http.address().port, {
    publish: () => {
      const text = `id: ${++published}\nevent: ${eventName}\ndata: ${payload(published, size)}\n\n`
      for (const response of streams) {
        response.write(text)
      }
    },
    figures: () => ({ connections: streams.size, published }),
  }))
