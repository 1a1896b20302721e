import type { PlatformPlan } from '@insula/contracts'
import { Stack, Text, Title } from '@mantine/core'
import { Time } from '../../patterns/time.tsx'

/** Which versions there were, whose doing each was, and when. */
export const PlanHistory = ({ plan: { published, former } }: { plan: PlatformPlan }) => {
  const versions = [published, ...former].filter((version) => version !== null)
  if (versions.length === 0) return null
  return (
    <section aria-labelledby="plan-versions">
      <Title order={3} id="plan-versions" mb="xs" fz="sm">
        Versions
      </Title>
      <Stack gap={4}>
        {versions.map(({ version, publishedAt, publishedBy }) => (
          <Text size="sm" key={version} c={version === published?.version ? undefined : 'dimmed'}>
            {version} · published {publishedAt ? <Time at={publishedAt} /> : null} by{' '}
            <bdi>{publishedBy ?? 'Insula'}</bdi>
            {version === published?.version ? ' · holds now' : ''}
          </Text>
        ))}
      </Stack>
    </section>
  )
}
