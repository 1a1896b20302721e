import {
  Body,
  Button,
  Container,
  Head,
  Heading,
  Hr,
  Html,
  Link,
  Preview,
  Section,
  Text,
} from '@react-email/components'
import type { ReactNode } from 'react'
import type { OwnWords } from './template.ts'

// Mail clients know neither style sheets nor variables: every colour is written where it is used.
const font = "'Inter', -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
const ink = '#2b2622'
const quiet = '#7a716a'
const brick = '#b4472e'
const line = '#e6e0d9'

/**
 * The sheet that every mail is written on. `preview` is what an inbox shows beside the subject. A tenant's own words take
 * the place of both.
 */
export function Letter(props: {
  preview: string
  title: string
  own?: OwnWords | null
  children: ReactNode
}) {
  const { own } = props
  return (
    <Html lang="en" dir="ltr">
      <Head>
        <meta name="color-scheme" content="light" />
      </Head>
      <Body
        style={{
          margin: 0,
          padding: '32px 12px',
          backgroundColor: '#f7f4f0',
          fontFamily: font,
          // A name of eighty letters breaks rather than the sheet.
          overflowWrap: 'anywhere',
          wordBreak: 'break-word',
        }}
      >
        <Preview>{own?.paragraphs[0] ?? props.preview}</Preview>
        <Container style={{ maxWidth: 520 }}>
          <Text style={{ margin: '0 0 12px', color: brick, fontSize: 15, fontWeight: 700 }}>Insula</Text>
          <Section
            style={{ padding: 32, backgroundColor: '#ffffff', border: `1px solid ${line}`, borderRadius: 8 }}
          >
            <Heading
              as="h1"
              lang={own?.locale}
              style={{ margin: '0 0 16px', color: ink, fontSize: 20, fontWeight: 600 }}
            >
              {own?.subject ?? props.title}
            </Heading>
            {props.children}
          </Section>
        </Container>
      </Body>
    </Html>
  )
}

const paragraph = { margin: '0 0 16px', color: ink, fontSize: 14, lineHeight: '22px' }

export const Paragraph = ({ children }: { children: ReactNode }) => <Text style={paragraph}>{children}</Text>

/** The paragraphs of a template, or what its tenant says in their place. The button and what follows stand outside. */
export const Words = ({ own, children }: { own: OwnWords | null; children: ReactNode }) =>
  own
    ? own.paragraphs.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: it is rendered once
        <Text key={index} lang={own.locale} style={paragraph}>
          {text}
        </Text>
      ))
    : children

/** The one thing to do, as a button. */
export const Action = ({ href, children }: { href: string; children: ReactNode }) => (
  <Button
    href={href}
    style={{
      padding: '11px 20px',
      backgroundColor: brick,
      borderRadius: 8,
      color: '#ffffff',
      fontSize: 14,
      fontWeight: 600,
    }}
  >
    {children}
  </Button>
)

/** What one may want to know afterwards: below a line, smaller. */
export const Aside = ({ children }: { children: ReactNode }) => (
  <>
    <Hr style={{ margin: '24px 0 16px', borderColor: line }} />
    <Text style={{ margin: 0, color: quiet, fontSize: 12, lineHeight: '18px' }}>{children}</Text>
  </>
)

/** The link in full, for clients that do not show buttons. */
export const PlainLink = ({ href }: { href: string }) => (
  <Link href={href} style={{ color: brick, wordBreak: 'break-all' }}>
    {href}
  </Link>
)
