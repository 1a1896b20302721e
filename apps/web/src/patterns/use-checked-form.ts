'use client'

import { schemaResolver, useForm } from '@mantine/form'
import { useMounted } from '@mantine/hooks'
import { useState } from 'react'
import type { z } from 'zod'
import { type Fault, faultOf } from '../api/refusal.ts'

/**
 * A form that is checked by the same schema as on the server, keeps what was typed whatever happens, and moves the
 * focus to the first field at fault. A refusal that names a field shows there; any other becomes `fault`.
 */
export const useCheckedForm = <Values extends Record<string, unknown>>(given: {
  schema: z.ZodType<unknown, Values>
  initialValues: Values
}) => {
  const [fault, setFault] = useState<Fault | null>(null)
  const [pending, setPending] = useState(false)
  // Until React has taken over the page from the server, what is typed would be lost when it does.
  const listening = useMounted()
  const form = useForm<Values>({
    initialValues: given.initialValues,
    validate: schemaResolver(given.schema, { sync: true }),
    validateInputOnBlur: false,
    clearInputErrorOnChange: true,
    enhanceGetInputProps: () => ({ readOnly: !listening }),
  })

  const focusFirst = (fields: string[]) => {
    const nodes = fields.map((field) => form.getInputNode(field)).filter((node) => node !== null)
    nodes
      .sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0]
      ?.focus()
  }

  const submit = (save: (values: Values) => Promise<unknown>) =>
    form.onSubmit(
      async (values) => {
        setFault(null)
        setPending(true)
        try {
          await save(values)
        } catch (error) {
          const found = faultOf(error)
          const { field } = found.details
          if (field && field in values) {
            form.setFieldError(field, found.message)
            focusFirst([field])
          } else setFault(found)
        } finally {
          setPending(false)
        }
      },
      (errors) => focusFirst(Object.keys(errors)),
    )

  return { form, submit, fault, setFault, pending }
}
