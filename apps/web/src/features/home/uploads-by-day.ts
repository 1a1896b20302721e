const dayMs = 86_400_000

export interface Day {
  /** ISO date in UTC. */
  day: string
  uploads: number
}

/** How many of these instants fall on each of the `days` days up to `now`, the empty days included. */
export const uploadsByDay = (createdAt: string[], now: number, days: number): Day[] => {
  const counts = new Map<string, number>()
  for (const at of createdAt) {
    const day = at.slice(0, 10)
    counts.set(day, (counts.get(day) ?? 0) + 1)
  }
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(now - (days - 1 - index) * dayMs).toISOString().slice(0, 10)
    return { day, uploads: counts.get(day) ?? 0 }
  })
}
