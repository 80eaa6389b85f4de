import { providerLaws } from '../provider-laws'
import { makeSandboxBench } from './sandbox-bench'

providerLaws('of the sandbox', makeSandboxBench)
