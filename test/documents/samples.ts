import type {
  BillingDocument,
  CreditNoteDocument,
  DocumentParty,
  InvoiceDocument,
} from '../../src/documents/billing-document'

export const PROVIDER: DocumentParty = {
  legalName: 'Meridian Messaging GmbH',
  addressLines: ['Torstraße 140'],
  postcode: '10119',
  city: 'Berlin',
  country: 'Germany',
  countryCode: 'DE',
  email: 'billing@meridian.example',
  taxIds: [{ label: 'VAT ID', value: 'DE298765432' }],
}

export const PARTNER: DocumentParty = {
  legalName: 'Harbour & Finch Ltd',
  addressLines: ['Unit 4', '27 Quayside'],
  postcode: 'D02 X285',
  city: 'Dublin',
  country: 'Ireland',
  countryCode: 'IE',
  email: 'accounts@harbourfinch.example',
  taxIds: [{ label: 'VAT ID', value: 'IE6388047V' }],
}

const LINE = {
  description: '75 channels for 30 days',
  quantity: 75,
  unitPriceMinor: 1000,
  per: 1,
  amountMinor: 75_000,
  days: 2250,
}

const DAYS_LINE = {
  description: '110 loose days',
  quantity: 110,
  unitPriceMinor: 1000,
  per: 30,
  amountMinor: 3667,
  days: 110,
}

export const INVOICE: InvoiceDocument = {
  kind: 'INVOICE',
  state: 'OPEN',
  number: 'DB-2026-000128',
  issuedAt: new Date('2026-11-24T09:30:00.000Z'),
  dueAt: new Date('2026-12-08T09:30:00.000Z'),
  period: null,
  closedAt: null,
  currency: 'EUR',
  provider: PROVIDER,
  partner: PARTNER,
  purchaseOrder: 'PO-4711',
  lines: [LINE, DAYS_LINE],
  subtotalMinor: 78_667,
  taxMinor: 14_947,
  totalMinor: 93_614,
  taxName: 'VAT',
  taxPartsPerMillion: 190_000,
  reverseCharge: null,
  days: 2360,
  paidMinor: 0,
  sandbox: false,
  footer:
    'Meridian Messaging GmbH · Amtsgericht Berlin HRB 198765 · Managing director: Ana Lindqvist\nwww.meridian.example',
  bankAccount: {
    holder: 'Meridian Messaging GmbH',
    iban: 'DE89370400440532013000',
    bic: 'COBADEFFXXX',
    instructions: null,
  },
  paymentUrl: 'https://pay.meridian.example/i/inv_01jdf8v9x3qk2t',
}

export const CREDIT_NOTE: CreditNoteDocument = {
  kind: 'CREDIT_NOTE',
  number: 'DBC-2026-000007',
  issuedAt: new Date('2026-11-30T12:00:00.000Z'),
  currency: 'EUR',
  provider: PROVIDER,
  partner: PARTNER,
  purchaseOrder: null,
  lines: [{ description: '75 channels for 30 days', days: 300, amountMinor: 10_000 }],
  explanations: [],
  subtotalMinor: 10_000,
  taxMinor: 1900,
  totalMinor: 11_900,
  taxName: 'VAT',
  taxPartsPerMillion: 190_000,
  reverseCharge: null,
  days: 300,
  sandbox: false,
  footer: INVOICE.footer,
  corrects: { number: INVOICE.number, issuedAt: INVOICE.issuedAt },
  reason: 'Ten channels were ordered twice; their days have been taken back.',
}

/** An invoice of so many lines, of which each hundredth has a long description. */
export function invoiceOf(count: number): InvoiceDocument {
  const lines = Array.from({ length: count }, (_, at) => ({
    ...LINE,
    description:
      at % 100 === 7
        ? `Channels of the ${at + 1}th customer, who wants the name of the department, the cost centre and the project said on each line of each invoice`
        : `Channels of customer ${at + 1}`,
    quantity: at + 1,
    amountMinor: (at + 1) * 1000,
    days: (at + 1) * 30,
  }))
  const subtotalMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const taxMinor = (subtotalMinor * 19) / 100
  return { ...INVOICE, lines, subtotalMinor, taxMinor, totalMinor: subtotalMinor + taxMinor }
}

const reverse =
  'Reverse charge: the recipient is liable for the tax (Article 196 of Council Directive 2006/112/EC). Steuerschuldnerschaft des Leistungsempfängers.'
const USAGE = { start: new Date('2026-10-01T00:00:00.000Z'), end: new Date('2026-11-01T00:00:00.000Z') }

function of(country: string, countryCode: string, legalName: string, city: string, street: string): DocumentParty {
  return { ...PARTNER, legalName, addressLines: [street], postcode: '10110', city, country, countryCode, taxIds: [] }
}

/** Names in scripts that each need something else of the fonts. */
export const NAMES: Record<string, DocumentParty> = {
  arabic: of('مصر', 'EG', 'شركة النيل للاتصالات (ش.م.م) 2026', 'القاهرة', '١٢ شارع طلعت حرب'),
  hebrew: of('ישראל', 'IL', 'אלון תקשורת בע"מ (ABC)', 'תל אביב', 'רחוב אלנבי 12'),
  japanese: of('日本', 'JP', '株式会社ひかり通信', '東京都千代田区', '丸の内一丁目9番1号'),
  chinese: of('中国', 'CN', '深圳市蓝海通讯技术有限公司', '深圳市', '南山区科技园路88号'),
  korean: of('대한민국', 'KR', '주식회사 한빛통신', '서울특별시', '종로구 세종대로 175'),
  devanagari: of('भारत', 'IN', 'श्री क्षितिज संचार प्राइवेट लिमिटेड', 'मुंबई', 'महात्मा गाँधी मार्ग १२'),
  thai: of('ประเทศไทย', 'TH', 'บริษัท น้ำใสสื่อสาร จำกัด', 'กรุงเทพมหานคร', '๑๒ ถนนสุขุมวิท'),
  cyrillic: of('Україна', 'UA', 'ТОВ «Зв’язок Їжак»', 'Київ', 'вул. Хрещатик, 1'),
  greek: of('Ελλάδα', 'GR', 'Επικοινωνίες Αιγαίου Α.Ε.', 'Αθήνα', 'Οδός Ερμού 12'),
  vietnamese: of('Việt Nam', 'VN', 'Công ty TNHH Viễn thông Sông Hồng', 'Hà Nội', 'Số 1 phố Tràng Tiền'),
}

export const SAMPLES: Record<string, BillingDocument> = {
  eur: INVOICE,
  jpy: {
    ...INVOICE,
    currency: 'JPY',
    lines: [{ ...LINE, unitPriceMinor: 1500, amountMinor: 112_500 }],
    subtotalMinor: 112_500,
    taxMinor: 11_250,
    totalMinor: 123_750,
    taxName: 'Consumption tax',
    taxPartsPerMillion: 100_000,
    days: 2250,
    partner: NAMES.japanese ?? PARTNER,
  },
  kwd: {
    ...INVOICE,
    currency: 'KWD',
    lines: [{ ...LINE, unitPriceMinor: 3250, amountMinor: 243_750 }],
    subtotalMinor: 243_750,
    taxMinor: 12_188,
    totalMinor: 255_938,
    taxPartsPerMillion: 50_000,
    days: 2250,
    paidMinor: 100_000,
  },
  'reverse-charge': {
    ...INVOICE,
    taxMinor: 0,
    totalMinor: 78_667,
    taxPartsPerMillion: 0,
    reverseCharge: reverse,
    period: USAGE,
  },
  paid: { ...INVOICE, state: 'PAID', paidMinor: 93_614, closedAt: new Date('2026-12-01T08:00:00.000Z') },
  void: { ...INVOICE, state: 'VOID', closedAt: new Date('2026-12-01T08:00:00.000Z') },
  sandbox: { ...INVOICE, sandbox: true, number: 'DBT-2026-000001' },
  'many-lines': invoiceOf(120),
  'long-names': {
    ...INVOICE,
    partner: {
      ...PARTNER,
      legalName: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft '.repeat(3),
      addressLines: ['x'.repeat(255)],
      email: `${'very.long.address.'.repeat(6)}@example.com`,
    },
    lines: [
      { ...LINE, description: 'W'.repeat(255) },
      { ...DAYS_LINE, amountMinor: 9_007_199_254_740_991 },
    ],
  },
  'credit-note': CREDIT_NOTE,
  ...Object.fromEntries(Object.entries(NAMES).map(([name, partner]) => [name, { ...INVOICE, partner }])),
}
