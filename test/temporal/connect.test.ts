import { describe, expect, it } from 'vitest';
import { temporalSettings } from '../../temporal/connect.js';

const noFile = { TEMPORAL_CONFIG_FILE: '/no/such/file.toml' };

describe('how Temporal is reached', () => {
  it('is this machine and the default namespace when nothing is said', () => {
    expect(temporalSettings(noFile)).toMatchObject({
      connectionOptions: { address: '127.0.0.1:7233' },
      namespace: 'default',
    });
  });

  it("is what Temporal's own variables say", () => {
    const settings = temporalSettings({
      ...noFile,
      TEMPORAL_ADDRESS: 'eu-west-1.aws.api.temporal.io:7233',
      TEMPORAL_NAMESPACE: 'ads.a1b2c',
      TEMPORAL_API_KEY: 'not-a-real-key',
    });
    expect(settings).toMatchObject({
      connectionOptions: { address: 'eu-west-1.aws.api.temporal.io:7233', apiKey: 'not-a-real-key', tls: true },
      namespace: 'ads.a1b2c',
    });
  });
});
