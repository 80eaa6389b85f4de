import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { Suspense, useEffect, type ComponentType, type ReactNode } from 'react'
import { NavLink as RouterLink, Outlet, useLocation, useNavigate } from 'react-router'
import { Loader, Center } from '@mantine/core'
import { useKeptFocus } from './kept-focus'
import { ErrorBoundary } from '../parts/error-boundary'
import { SecondFactorBanner } from './second-factor-banner'

export interface NavItem {
  label: string
  to: string
  icon: ComponentType<{ size?: number }>
  /** A number that waits to be looked at. */
  count?: number
  /** Only this very address is it. */
  end?: boolean
}

export interface NavSection {
  label?: string
  items: readonly NavItem[]
}

/** The frame of every page: where one can go, whose account it is, whether what is seen is live, and who is signed in. */
export function Shell(props: {
  title: string
  sections: readonly NavSection[]
  status?: ReactNode
  person: string
  onSignOut: () => void
  banner?: ReactNode
}) {
  const { title, sections, status, person, onSignOut, banner } = props
  const [opened, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  useEffect(() => close(), [pathname, close])
  useKeptFocus()
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', md: 'lg' }}
    >
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" flex={1} miw={0}>
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={opened}
            />
            <Text fw={700} truncate>
              {title}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap" style={{ flexShrink: 0 }}>
            {status}
            <ColorSchemeSwitch />
            <Menu position="bottom-end" withArrow>
              <Menu.Target>
                <ActionIcon variant="default" size="lg" aria-label={`Signed in as ${person}`}>
                  <IconUser size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{person}</Menu.Label>
                <Menu.Item onClick={() => void navigate('/me')}>Your sign-in and sessions</Menu.Item>
                <ColorSchemeItem />
                <Menu.Item onClick={onSignOut}>Sign out</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <ScrollArea type="auto">
          {sections.map((section, index) => (
            <div key={section.label ?? index}>
              {section.label !== undefined && (
                <Text size="xs" fw={600} c="dimmed" px="sm" pt="md" pb={4}>
                  {section.label}
                </Text>
              )}
              {section.items.map(({ label, to, icon: Icon, count, end }) => (
                <RouterLink key={to} to={to} end={end} style={{ textDecoration: 'none', color: 'inherit' }}>
                  {({ isActive }) => (
                    <NavLink
                      component="span"
                      active={isActive}
                      label={label}
                      leftSection={<Icon size={18} aria-hidden />}
                      rightSection={
                        count !== undefined && count > 0 ? (
                          <Badge size="sm" variant="filled" color="red.8">
                            {count}
                          </Badge>
                        ) : undefined
                      }
                    />
                  )}
                </RouterLink>
              ))}
            </div>
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <SecondFactorBanner />
        {banner}
        <Suspense
          fallback={
            <Center mih={240}>
              <Loader aria-label="Loading" />
            </Center>
          }
        >
          <ErrorBoundary place={pathname}>
            <Outlet />
          </ErrorBoundary>
        </Suspense>
      </AppShell.Main>
    </AppShell>
  )
}

function useOtherScheme() {
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const other = scheme === 'dark' ? 'light' : 'dark'
  return { scheme, other, setColorScheme } as const
}

/** On a phone there is no room for the switch beside it. */
function ColorSchemeItem() {
  const { other, setColorScheme } = useOtherScheme()
  return (
    <Menu.Item hiddenFrom="xs" onClick={() => setColorScheme(other)}>
      Switch to {other}
    </Menu.Item>
  )
}

function ColorSchemeSwitch() {
  const { scheme, other, setColorScheme } = useOtherScheme()
  return (
    <Tooltip label={`Switch to ${other}`} withArrow>
      <ActionIcon
        variant="default"
        size="lg"
        onClick={() => setColorScheme(other)}
        aria-label={`Switch to ${other}`}
        visibleFrom="xs"
      >
        {scheme === 'dark' ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}
