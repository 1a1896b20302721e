const key = 'insula-after-verifying'

/** Where a new person wanted to go before they had to verify their address. The mailed link cannot carry it. */
export const afterVerifying = {
  remember: (path: string) => (path === '/' ? localStorage.removeItem(key) : localStorage.setItem(key, path)),
  take: () => {
    const path = localStorage.getItem(key)
    localStorage.removeItem(key)
    return path
  },
}
