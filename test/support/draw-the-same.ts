import fc from 'fast-check'
import { seedOf } from './dice'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOf() })
