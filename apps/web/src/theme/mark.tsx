/** The plan of a courtyard house: walls around a court, open to the street. */
export const Mark = ({ size = 28 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
    <path d="M6 6h20v20h-7v-5h-6v5H6zM11 11v5h10v-5z" fill="#fff" fillRule="evenodd" />
  </svg>
)
