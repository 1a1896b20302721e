import classes from './frame.module.css'

/** The strip above the frame: in local mode it says that nothing here is real money or mail. */
export const LocalBand = ({ localPageUrl }: { localPageUrl: string }) => (
  <div className={classes.band} role="note">
    <span>Local mode: mails and payments stay on this machine.</span>
    <a href={localPageUrl} target="_blank" rel="noreferrer">
      Open the mail inbox
    </a>
  </div>
)
