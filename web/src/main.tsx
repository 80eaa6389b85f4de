import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './shell/style.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { App } from './app'
import { ErrorBoundary } from './parts/error-boundary'
import { reloadForNewerBuild } from './shell/newer-build'
import { theme } from './shell/theme'

/** Of the page's content security policy: only styles that carry it are let in. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
// Under this name it is looked for by what holds the page still behind a dialog.
if (nonce !== undefined) Object.assign(window, { __webpack_nonce__: nonce })

reloadForNewerBuild()

createRoot(document.getElementById('root') ?? document.body).render(
  <MantineProvider
    theme={theme}
    defaultColorScheme="auto"
    getStyleNonce={nonce === undefined ? undefined : () => nonce}
  >
    <Notifications position="bottom-right" />
    <ErrorBoundary>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </ErrorBoundary>
  </MantineProvider>,
)
