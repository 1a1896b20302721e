'use client'

import {
  currencyDigits,
  eachLimit,
  entitlementKeys,
  type Feature,
  featureNames,
  features,
  freePlanId,
  type Interval,
  limitNames,
  PlanDraft,
  type PlatformPlan,
} from '@insula/contracts'
import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  NumberInput,
  SimpleGrid,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useApi } from '../../api/client.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { notify } from '../../patterns/notify.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { type ByteUnit, byteUnits, unitOf, units } from './amounts.ts'

const currencies = [...currencyDigits.keys()]
  .sort()
  .map((code) => ({ value: code, label: code.toUpperCase() }))

/** What the form begins with: the draft, else what holds, else an empty plan. */
function valuesOf(plan: PlatformPlan | null): PlanDraft {
  const from = plan?.draft ?? plan?.published
  return {
    planId: plan?.planId ?? '',
    basedOn: plan?.published?.version ?? null,
    revision: plan?.draft?.revision ?? null,
    name: from?.name ?? '',
    description: from?.description ?? '',
    highlights: from?.highlights ?? [],
    currency: from?.currency ?? 'eur',
    prices: from?.prices ?? { month: null, year: null },
    limits: from?.entitlements ?? eachLimit(() => 0),
    features: (from?.features ?? []).filter((one): one is Feature => features.some((known) => known === one)),
    position: from?.position ?? 10,
  }
}

interface PlanFormProps {
  plan: PlatformPlan | null
  onSaved: (plan: PlatformPlan) => void
  /** What stands beside saving; it is told whether anything is unsaved. */
  actions: (dirty: boolean) => ReactNode
}

/** A plan's draft as a form. Prices are typed in major units and sizes in MB, GB or TB. */
export const PlanForm = ({ plan, onSaved, actions }: PlanFormProps) => {
  const saveDraft = useMutation(useApi().platform.savePlanDraft.mutationOptions())
  const checked = useCheckedForm({
    name: `plan-${plan?.planId ?? 'new'}`,
    schema: PlanDraft,
    initialValues: valuesOf(plan),
  })
  const { form, pending } = checked
  const save = async (values: PlanDraft) => {
    onSaved(await saveDraft.mutateAsync(values))
    notify('Draft saved; nobody sees it until it is published')
  }
  const price = (interval: Interval, label: string) => (
    <PriceInput
      label={label}
      currency={form.values.currency}
      disabled={plan?.planId === freePlanId}
      {...form.getInputProps(`prices.${interval}`)}
    />
  )
  return (
    <CheckedForm of={checked} onSave={save}>
      {plan ? null : (
        <TextInput
          label="Identifier"
          description="What programs and Stripe call it, such as studio. It stays for good."
          data-autofocus
          {...form.getInputProps('planId')}
        />
      )}
      <TextInput label="Name" {...form.getInputProps('name')} />
      <TextInput label="Description" {...form.getInputProps('description')} />
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
        <NativeSelect
          label="Currency"
          data={currencies}
          disabled={plan?.planId === freePlanId}
          {...form.getInputProps('currency')}
        />
        {price('month', 'Price a month')}
        {price('year', 'Price a year')}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        {entitlementKeys.map((key) => {
          const label = `Limit: ${limitNames[key]}`
          const props = form.getInputProps(`limits.${key}`)
          return key.endsWith('bytes') ? (
            <BytesInput key={key} label={label} {...props} />
          ) : (
            <NumberInput key={key} label={label} allowDecimal={false} min={0} {...props} />
          )
        })}
      </SimpleGrid>
      <Checkbox.Group label="Includes" {...form.getInputProps('features')}>
        <Group mt="xs">
          {features.map((feature) => (
            <Checkbox key={feature} value={feature} label={featureNames[feature]} />
          ))}
        </Group>
      </Checkbox.Group>
      <Textarea
        label="Highlights"
        description="What the page of plans says of it, a line each."
        autosize
        minRows={3}
        value={form.values.highlights.join('\n')}
        onChange={(event) =>
          form.setFieldValue(
            'highlights',
            event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n'),
          )
        }
        onBlur={() =>
          form.setFieldValue(
            'highlights',
            form.values.highlights.filter((line) => line.trim() !== ''),
          )
        }
        error={firstErrorOf(form.errors, 'highlights')}
      />
      <NumberInput
        label="Place"
        description="Plans stand from the lowest to the highest."
        allowDecimal={false}
        min={0}
        max={1_000}
        {...form.getInputProps('position')}
      />
      <Group justify="flex-end" gap="xs">
        {actions(form.isDirty())}
        <Button type="submit" loading={pending} disabled={!form.isDirty()}>
          Save draft
        </Button>
      </Group>
    </CheckedForm>
  )
}

/** An error of a list stands at the list or at one of its lines. */
const firstErrorOf = (errors: Record<string, ReactNode>, field: string) =>
  Object.entries(errors).find(([path]) => path === field || path.startsWith(`${field}.`))?.[1]

interface AmountInputProps {
  label: string
  value?: number | null
  onChange?: (value: number | null) => void
  error?: ReactNode
  disabled?: boolean
}

const PriceInput = ({
  value = null,
  onChange,
  currency,
  ...props
}: AmountInputProps & { currency: string }) => {
  const digits = currencyDigits.get(currency) ?? 2
  return (
    <NumberInput
      {...props}
      placeholder="Not sold so"
      decimalScale={digits}
      allowNegative={false}
      thousandSeparator=","
      value={value === null ? '' : value / 10 ** digits}
      onChange={(typed) => onChange?.(typed === '' ? null : Math.round(Number(typed) * 10 ** digits))}
    />
  )
}

const BytesInput = ({ value, onChange, label, ...props }: AmountInputProps) => {
  const [unit, setUnit] = useState<ByteUnit>(unitOf(value ?? 0))
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <NumberInput
        {...props}
        label={label}
        flex={1}
        allowNegative={false}
        decimalScale={3}
        value={(value ?? 0) / byteUnits[unit]}
        onChange={(typed) => onChange?.(Math.round(Number(typed) * byteUnits[unit]))}
      />
      <NativeSelect
        // As the label beside it, so that the two fields stand on one line.
        label={<span aria-hidden="true">&nbsp;</span>}
        aria-label={`Unit of ${label}`}
        w={84}
        data={[...units]}
        value={unit}
        onChange={(event) => setUnit(units.find((one) => one === event.currentTarget.value) ?? unit)}
      />
    </Group>
  )
}
