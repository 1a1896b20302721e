'use client'

const { promise, resolve } = Promise.withResolvers<void>()

/** The parts of the frame that come after the page: `there` once they are, for those who need them. */
export const frameLater = { there: promise, arrived: resolve }
