'use client'

/** Stands when even the root layout failed, so it brings its own page and asks nothing of the theme. */
const GlobalError = ({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) => (
  <html lang="en">
    <body
      style={{
        font: '14px/1.5 system-ui, sans-serif',
        maxWidth: 420,
        margin: '15vh auto',
        padding: '0 16px',
      }}
    >
      <h1 style={{ fontSize: 20 }}>
        {error.digest === 'unavailable'
          ? 'This could not be checked just now'
          : 'Something failed on our side'}
      </h1>
      <p>
        {error.digest === 'unavailable'
          ? 'Something this page needs did not answer in time. Try again in a moment. Nothing you saved is lost.'
          : 'The console could not be shown. Nothing you saved is lost.'}
      </p>
      <p>
        <button type="button" onClick={retry}>
          Try again
        </button>
      </p>
      <p>
        <a href="/">Go to Home</a> · <a href="/sign-in">Sign in anew</a>
      </p>
    </body>
  </html>
)

export default GlobalError
