import { lazy } from 'react'
import { Route } from 'react-router'
import { OverviewPage } from '../overview/overview-page'
import { NotFoundPage } from './not-found-page'

const ChannelsPage = lazy(() => import('../channels/channels-page'))
const ChannelPage = lazy(() => import('../channels/channel-page'))
const InvoicesPage = lazy(() => import('../invoices/invoices-page'))
const RequestInvoicePage = lazy(() => import('../invoices/request-invoice-page'))
const InvoicePage = lazy(() => import('../invoices/invoice-page'))
const PlansPage = lazy(() => import('../plans/plans-page'))
const LedgerPage = lazy(() => import('../ledger/ledger-page'))
const ActivityPage = lazy(() => import('../activity/activity-page'))
const AlertsPage = lazy(() => import('../alerts/alerts-page'))
const AutomationPage = lazy(() => import('../automation/automation-page'))
const WebhooksPage = lazy(() => import('../webhooks/webhooks-page'))
const WebhookPage = lazy(() => import('../webhooks/webhook-page'))
const TokensPage = lazy(() => import('../tokens/tokens-page'))
const PeoplePage = lazy(() => import('../people/people-page'))
const SettingsPage = lazy(() => import('../settings/settings-page'))
const TimeMachinePage = lazy(() => import('../time-machine/time-machine-page'))
const MePage = lazy(() => import('../me/me-page'))
const QueuePage = lazy(() => import('../staff/queue-page'))
const AccountsPage = lazy(() => import('../staff/accounts-page'))
const AgreementsPage = lazy(() => import('../staff/agreements-page'))
const PaymentsPage = lazy(() => import('../staff/payments-page'))
const CreditNotesPage = lazy(() => import('../staff/credit-notes-page'))
const JobsPage = lazy(() => import('../staff/jobs-page'))
const ReconciliationPage = lazy(() => import('../staff/reconciliation-page'))
const AuditPage = lazy(() => import('../staff/audit-page'))
const LedgerAuditPage = lazy(() => import('../staff/ledger-audit-page'))
const ProviderPage = lazy(() => import('../staff/provider-page'))

/** The pages of an account, under its base. */
export const ACCOUNT_PAGES = (
  <>
    <Route index element={<OverviewPage />} />
    <Route path="channels" element={<ChannelsPage />} />
    <Route path="channels/:channelId" element={<ChannelPage />} />
    <Route path="invoices" element={<InvoicesPage />} />
    <Route path="invoices/new" element={<RequestInvoicePage />} />
    <Route path="invoices/:invoiceId" element={<InvoicePage />} />
    <Route path="plans" element={<PlansPage />} />
    <Route path="ledger" element={<LedgerPage />} />
    <Route path="activity" element={<ActivityPage />} />
    <Route path="alerts" element={<AlertsPage />} />
    <Route path="automation" element={<AutomationPage />} />
    <Route path="webhooks" element={<WebhooksPage />} />
    <Route path="webhooks/:endpointId" element={<WebhookPage />} />
    <Route path="tokens" element={<TokensPage />} />
    <Route path="people" element={<PeoplePage />} />
    <Route path="settings" element={<SettingsPage />} />
    <Route path="time-machine" element={<TimeMachinePage />} />
    <Route path="me" element={<MePage />} />
    <Route path="agreements" element={<AgreementsPage />} />
    <Route path="*" element={<NotFoundPage />} />
  </>
)

/** The pages of staff, over all accounts. */
export const STAFF_PAGES = (
  <>
    <Route index element={<QueuePage />} />
    <Route path="accounts" element={<AccountsPage />} />
    <Route path="payments" element={<PaymentsPage />} />
    <Route path="credit-notes" element={<CreditNotesPage />} />
    <Route path="jobs" element={<JobsPage />} />
    <Route path="reconciliation" element={<ReconciliationPage />} />
    <Route path="audit" element={<AuditPage />} />
    <Route path="ledger-audit" element={<LedgerAuditPage />} />
    <Route path="provider" element={<ProviderPage />} />
    <Route path="team" element={<PeoplePage />} />
    <Route path="tokens" element={<TokensPage />} />
    <Route path="me" element={<MePage />} />
    <Route path="*" element={<NotFoundPage />} />
  </>
)
