/** An answer to a caller of the control API who asked for something that is not there. */
export class UnknownControl extends Error {
  override name = 'UnknownControl'
}

/**
 * Calls a method of a server's control by its dotted name, such as `clock.advance`. Only what the control itself
 * offers can be reached: the name comes from outside.
 */
export async function callControl(control: object, method: string, args: unknown[]): Promise<unknown> {
  let owner: object | undefined
  let found: unknown = control
  for (const name of method.split('.')) {
    if (typeof found !== 'object' || found === null || !offers(found, name)) throw unknown(control, method)
    owner = found
    found = Reflect.get(found, name)
  }
  if (typeof found !== 'function') throw unknown(control, method)
  return await found.apply(owner, args)
}

function offers(owner: object, name: string): boolean {
  return name !== 'constructor' && name in owner && !(name in Object.prototype)
}

function unknown(control: object, method: string): UnknownControl {
  return new UnknownControl(
    `There is no "${method}" here. There is: ${methodNames(control).join(', ') || 'nothing'}.`,
  )
}

/** The dotted names of every method of a control. */
export function methodNames(control: object, prefix = ''): string[] {
  const names = new Set(Object.keys(control))
  const prototype = Object.getPrototypeOf(control)
  if (prototype !== Object.prototype && prototype !== null) {
    for (const name of Object.getOwnPropertyNames(prototype)) names.add(name)
  }
  return [...names]
    .filter((name) => offers(control, name))
    .flatMap((name) => {
      const value: unknown = Reflect.get(control, name)
      if (typeof value === 'function') return [prefix + name]
      return typeof value === 'object' && value !== null ? methodNames(value, `${prefix}${name}.`) : []
    })
    .sort()
}
