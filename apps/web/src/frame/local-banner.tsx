import classes from './frame.module.css'

/** The strip above the frame: in local mode it says that nothing here is real money or mail. */
export const LocalBanner = ({ localPageUrl }: { localPageUrl: string }) => (
  <aside className={classes.banner} aria-label="Local mode">
    <span>
      Local mode<span className={classes.bannerMore}>: mails and payments stay on this machine</span>
    </span>
    <a href={localPageUrl} target="_blank" rel="noreferrer">
      Open the mail inbox
    </a>
  </aside>
)
