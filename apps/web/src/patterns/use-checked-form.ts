'use client'

import { schemaResolver, useForm } from '@mantine/form'
import { useMounted } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import { useWho } from '../api/me.ts'
import { type Fault, faultOf } from '../api/refusal.ts'
import { draftKey, drafts, isSecret } from './drafts.ts'
import { useUnsaved } from './leaving.ts'

interface CheckedFormOptions<Values extends Record<string, unknown>> {
  /** Names the form, and the object it is about, among all forms: what was typed is found again by it. */
  name: string
  schema: z.ZodType<unknown, Values>
  initialValues: Values
  /** For a form that is typed again in a moment, such as signing in: kept as any other, but leaving does not ask. */
  light?: boolean
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/**
 * A form that is checked by the same schema as on the server, keeps what was typed whatever happens, and moves the
 * focus to the first field at fault. A refusal that names a field shows there; any other becomes `fault`.
 */
export const useCheckedForm = <Values extends Record<string, unknown>>(given: CheckedFormOptions<Values>) => {
  const who = useWho()
  const key = draftKey(who?.user.id ?? null, who?.tenant?.id ?? null, given.name)
  const [fault, setFault] = useState<Fault | null>(null)
  const [pending, setPending] = useState(false)
  const [restored, setRestored] = useState(false)
  // What is stored; only fields that differ from it are kept, so that a restored form does not undo others' changes.
  const stored = useRef(given.initialValues)
  // Until React has taken over the page from the server, what is typed would be lost when it does.
  const listening = useMounted()

  const changesOf = (values: Values) =>
    Object.fromEntries(Object.entries(values).filter(([field, value]) => !same(value, stored.current[field])))

  const form = useForm<Values>({
    initialValues: given.initialValues,
    validate: schemaResolver(given.schema, { sync: true }),
    validateInputOnBlur: false,
    clearInputErrorOnChange: true,
    enhanceGetInputProps: () => ({ readOnly: !listening }),
    onValuesChange: (values) => drafts.keep(key, changesOf(values)),
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: a draft is put back once, into the form that just opened
  useEffect(() => {
    const draft = Object.entries(drafts.read(key) ?? {}).filter(
      ([field, value]) =>
        field in stored.current &&
        !same(value, stored.current[field]) &&
        Array.isArray(value) === Array.isArray(stored.current[field]),
    )
    if (draft.length === 0) return
    form.setValues(Object.fromEntries(draft) as Partial<Values>)
    setRestored(!given.light)
  }, [key])

  const discard = () => {
    drafts.remove(key)
    form.setValues(stored.current)
    form.clearErrors()
    setRestored(false)
    setFault(null)
  }
  const changed = Object.keys(changesOf(form.values))
  const onlySecrets = changed.length > 0 && changed.every(isSecret)
  useUnsaved(changed.length > 0 && !given.light, {
    lost: onlySecrets ? 'Passwords are not kept' : null,
    discard,
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
          // A form that was emptied for the next one starts over; any other now shows what is stored.
          stored.current = same(form.getValues(), given.initialValues) ? given.initialValues : values
          form.resetDirty(stored.current)
          drafts.keep(key, changesOf(form.getValues()))
          setRestored(false)
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

  return { form, submit, fault, setFault, pending, restored, discard }
}
