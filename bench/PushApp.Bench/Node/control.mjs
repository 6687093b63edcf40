// The other end of ControlConnection.cs: 'P' publishes the next event, 'S' is answered by a line of figures, 'G' by the same after a full collection. Prints where it listens.
import { createServer } from 'node:net'

/** @param {number} port of the streams; 0 for none @param {{ publish?: () => void, figures: () => object }} process_ */
export function serveControl(port, { publish, figures }) {
  const server = createServer({ noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    socket.on('data', commands => {
      for (const command of commands) {
        if (command === 0x50) {
          publish()
          continue
        }
        if (command === 0x47) {
          globalThis.gc()
          globalThis.gc()
        }
        socket.write(JSON.stringify({ heapBytes: process.memoryUsage().heapUsed, ...figures() }) + '\n')
      }
    })
  })
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port, control: server.address().port })))

  // Whoever started this process holds its standard input open.
  process.stdin.on('end', () => process.exit(0)).resume()
}
