/** A fault switch that is set: the method of the control that sets it, and what it will still do, in words. */
export interface ArmedFault {
  switch: string
  does: string
}

/** What every server with fault switches offers beside them. */
export interface ArmedControl {
  /** The switches that are set now. */
  armed(): Promise<ArmedFault[]>
  /** Takes one switch back and leaves the others; one that is not set stays so. Throws for a name that is none. */
  disarm(name: string): Promise<void>
}

/** One switch as it stands. */
export interface Switch {
  /** What it will still do, in words; undefined when it is not set. */
  does(): string | undefined
  takeBack(): void
}

/** The control over these switches, by the names of the methods that set them. */
export function armedControl(switches: Record<string, Switch>): ArmedControl {
  return {
    armed: async () =>
      Object.entries(switches).flatMap(([name, { does }]) => {
        const words = does()
        return words === undefined ? [] : [{ switch: name, does: words }]
      }),
    disarm: async (name) => {
      const found = Object.hasOwn(switches, name) ? switches[name] : undefined
      if (!found)
        throw new Error(`There is no switch "${name}". There is: ${Object.keys(switches).join(', ')}.`)
      found.takeBack()
    },
  }
}

/** `the next call`, `the next 3 calls`; undefined for none. */
export const nextOf = (count: number, one: string, many: string): string | undefined =>
  count === 0 ? undefined : count === 1 ? `the next ${one}` : `the next ${count} ${many}`
