// As Payload.cs: ten digits of sequence, then filler that depends on its place.
export const eventName = 'tick'

/** @param {number} sequence @param {number} size in bytes */
export function payload(sequence, size) {
  return String(sequence).padStart(10, '0') + Array.from({ length: size - 10 }, (_, i) => String.fromCharCode(97 + ((i + 10) % 26))).join('')
}
