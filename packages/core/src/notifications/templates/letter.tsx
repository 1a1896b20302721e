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

// Mail clients know neither style sheets nor variables: every colour is written where it is used.
const font = "'Inter', -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
const ink = '#2b2622'
const quiet = '#7a716a'
const brick = '#b4472e'
const line = '#e6e0d9'

/** The sheet that every mail is written on. `preview` is what an inbox shows beside the subject. */
export function Letter(props: { preview: string; title: string; children: ReactNode }) {
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
        <Preview>{props.preview}</Preview>
        <Container style={{ maxWidth: 520 }}>
          <Text style={{ margin: '0 0 12px', color: brick, fontSize: 15, fontWeight: 700 }}>Insula</Text>
          <Section
            style={{ padding: 32, backgroundColor: '#ffffff', border: `1px solid ${line}`, borderRadius: 8 }}
          >
            <Heading as="h1" style={{ margin: '0 0 16px', color: ink, fontSize: 20, fontWeight: 600 }}>
              {props.title}
            </Heading>
            {props.children}
          </Section>
        </Container>
      </Body>
    </Html>
  )
}

export const Paragraph = ({ children }: { children: ReactNode }) => (
  <Text style={{ margin: '0 0 16px', color: ink, fontSize: 14, lineHeight: '22px' }}>{children}</Text>
)

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
