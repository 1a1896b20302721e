import { limitNames, type PlanPreview } from '@insula/contracts'
import { List, Stack, Text } from '@mantine/core'
import { amountOf } from './amounts.ts'

const several = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`

/** Whom a publication touches, for the question before it. */
export const PlanTouch = ({ preview }: { preview: PlanPreview }) => {
  const { tenants, payers, newPrices, over } = preview
  const left = over.count - over.first.length
  return (
    <Stack gap="xs">
      <Text size="sm">
        Its limits and features hold at once for {several(tenants, 'tenant', 'tenants')} on it.
      </Text>
      {newPrices.length > 0 ? (
        <Text size="sm">
          The new price by the {newPrices.join(' and by the ')} is for who subscribes from now on.{' '}
          {several(payers, 'subscription that runs keeps its', 'subscriptions that run keep their')} price.
        </Text>
      ) : null}
      {over.count > 0 ? (
        <>
          <Text size="sm">
            {several(over.count, 'tenant uses', 'tenants use')} more than the new limits. Nothing of theirs is
            deleted, but they can add nothing until they are below:
          </Text>
          <List size="sm" spacing={2}>
            {over.first.map(({ tenantId, name, limits }) => (
              <List.Item key={tenantId} style={{ overflowWrap: 'anywhere' }}>
                <bdi>{name}</bdi>:{' '}
                {limits
                  .map(
                    ({ key, used, limit }) =>
                      `${limitNames[key]} ${amountOf(key, used)} of ${amountOf(key, limit)}`,
                  )
                  .join(', ')}
              </List.Item>
            ))}
          </List>
          {left > 0 ? <Text size="sm">and {left} more.</Text> : null}
        </>
      ) : null}
    </Stack>
  )
}
