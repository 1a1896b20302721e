/**
 * A script that leads a browser which opened the console by another address, such as `127.0.0.1` for `localhost`, to the
 * one in `APP_URL`, where alone signing in works. The browser decides by its own address bar: a proxy that rewrites
 * `Host` makes no loop, health checks by address are left alone, and the target is built from `APP_URL` alone.
 */
export const toPrintedAddress = (appUrl: string) =>
  `if(location.origin!==${JSON.stringify(appUrl)})location.replace(${JSON.stringify(appUrl)}+location.pathname.replace(/^\\/+/,'/')+location.search+location.hash)`
