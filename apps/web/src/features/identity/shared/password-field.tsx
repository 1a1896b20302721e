'use client'

import { passwordLength, passwordLengthOf } from '@insula/contracts'
import { PasswordInput, type PasswordInputProps, Progress, Text } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'

interface PasswordFieldProps extends PasswordInputProps {
  /** For a new password: shows how far its length has come. Length is what makes a password strong. */
  withStrength?: boolean
}

/** A password with reveal, and a hint while caps lock is on. */
export const PasswordField = ({ withStrength, description, ...props }: PasswordFieldProps) => {
  const [capsLock, setCapsLock] = useState(false)
  const watch = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  const length = typeof props.value === 'string' ? passwordLengthOf(props.value) : 0
  const enough = length >= passwordLength.min
  return (
    <div>
      <PasswordInput
        {...props}
        description={capsLock ? 'Caps lock is on' : description}
        onKeyDown={watch}
        onKeyUp={watch}
        visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
      />
      {withStrength ? (
        <>
          <Progress
            mt={8}
            size={4}
            value={Math.min(100, (length / (passwordLength.min + 9)) * 100)}
            color={enough ? 'green.7' : 'gray.5'}
            aria-label="Password length"
          />
          {/* An error says the same. */}
          <Text size="xs" c="dimmed" mt={4} className="tabular" hidden={!!props.error && !enough}>
            {enough
              ? length >= passwordLength.min + 9
                ? 'Long: very strong'
                : 'Long enough; longer is stronger'
              : `${length} of at least ${passwordLength.min} characters; a sentence is easiest`}
          </Text>
        </>
      ) : null}
    </div>
  )
}
