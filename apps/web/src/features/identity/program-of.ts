const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

const first = (known: [RegExp, string][], text: string) => known.find(([sign]) => sign.test(text))?.[1]

/** A user agent in words, such as `Chrome on macOS`. Only for show: user agents say what they like. */
export const programOf = (userAgent: string | null) => {
  if (!userAgent) return 'Unknown program'
  const browser = first(browsers, userAgent) ?? userAgent.split(/[/\s]/, 1)[0] ?? 'Unknown program'
  const system = first(systems, userAgent)
  return system ? `${browser} on ${system}` : browser
}
