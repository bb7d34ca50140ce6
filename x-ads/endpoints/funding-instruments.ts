import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { type FundingInstrument, fundingInstrumentSchema } from '../schema/funding-instrument.js';
import { list, type ListOptions, type Send } from './requests.js';

export interface FundingInstrumentsApi {
  /** Pages of funding instruments, deleted ones included. */
  list(accountId: AccountId, options?: ListOptions): AsyncGenerator<Page<FundingInstrument>, void, undefined>;
}

export const createFundingInstruments = (send: Send): FundingInstrumentsApi => ({
  list: (accountId, options = {}) =>
    list(
      send,
      {
        path: `/accounts/${accountId}/funding_instruments`,
        accountId,
        schema: fundingInstrumentSchema,
        idsName: 'funding_instrument_ids',
      },
      options,
    ),
});
