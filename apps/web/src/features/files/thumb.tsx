'use client'

import type { File } from '@insula/contracts'
import { Loader } from '@mantine/core'
import { IconFileAlert, IconPhoto } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { thumbHashToDataURL } from 'thumbhash'
import classes from './files.module.css'

const placeholderOf = (thumbhash: string | null) => {
  if (!thumbhash) return undefined
  const bytes = Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0))
  return thumbHashToDataURL(bytes)
}

/** A file's picture: the blurred placeholder at once, the thumbnail over it when it has come. */
export const Thumb = ({ file, variant = 'thumb' }: { file: File; variant?: 'thumb' | 'medium' }) => {
  const placeholder = useMemo(() => placeholderOf(file.thumbhash), [file.thumbhash])
  const [loaded, setLoaded] = useState(false)
  const shown = file.variants.find(({ name }) => name === variant)

  if (!shown)
    return (
      <div className={classes.noThumb} data-state={file.state}>
        {file.state === 'failed' ? (
          <IconFileAlert size={24} stroke={1.5} aria-hidden="true" />
        ) : file.state === 'ready' ? (
          <IconPhoto size={24} stroke={1.5} aria-hidden="true" />
        ) : (
          <Loader size="xs" color="gray" role="img" aria-label="In progress" />
        )}
      </div>
    )
  return (
    <div
      className={classes.thumb}
      style={{ backgroundImage: placeholder ? `url("${placeholder}")` : undefined }}
    >
      {/* biome-ignore lint/performance/noImgElement: the variants are made and sized by our own worker */}
      <img
        ref={(node) => {
          // One that failed is complete as well; the placeholder stays in its place.
          if (node?.complete && node.naturalWidth > 0) setLoaded(true)
        }}
        src={shown.url}
        width={shown.width}
        height={shown.height}
        alt=""
        loading="lazy"
        decoding="async"
        data-loaded={loaded}
        onLoad={() => setLoaded(true)}
      />
    </div>
  )
}
