/** What a POSIX name stands for inside a class. */
export const posixClasses: Record<string, string> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t-\\r ',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  xdigit: 'A-Fa-f0-9',
  word: '\\w',
  cntrl: '\\x00-\\x1f\\x7f',
  graph: '!-~',
  print: ' -~',
}
/** What a letter after a backslash becomes outside a class. */
export const escapes: Record<string, string> = {
  A: '(?<![^])',
  z: '(?![^])',
  Z: '(?=\\n?(?![^]))',
  h: '[\\t \\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]',
  H: '[^\\t \\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]',
  N: '[^\\n]',
  R: '(?:\\r\\n|\\r(?!\\n)|[\\n-\\f\\x85\\u2028\\u2029])',
  s: '[\\t-\\r ]',
  S: '[^\\t-\\r ]',
  v: '[\\n-\\r\\x85\\u2028\\u2029]',
  a: '\\x07',
  e: '\\x1b',
  d: '\\d',
  D: '\\D',
  w: '\\w',
  W: '\\W',
  b: '\\b',
  B: '\\B',
  n: '\\n',
  r: '\\r',
  t: '\\t',
  f: '\\f',
}
/** What a letter after a backslash becomes inside a class. */
export const classEscapes: Record<string, string> = {
  ...{ d: '\\d', D: '\\D', w: '\\w', W: '\\W', n: '\\n', r: '\\r', t: '\\t', f: '\\f' },
  ...{
    s: '\\t-\\r ',
    b: '\\b',
    a: '\\x07',
    e: '\\x1b',
    h: ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  },
  v: '\\n-\\r\\x85\\u2028\\u2029',
}
