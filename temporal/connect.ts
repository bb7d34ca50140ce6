import { loadClientConnectConfig } from '@temporalio/envconfig';

/**
 * How to reach Temporal, for the client's `Connection.connect` and the worker's `NativeConnection.connect`. This file
 * does not load the native package.
 */
export interface TemporalSettings {
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  readonly namespace: string;
}

/** Not `localhost`, which may be ::1 while the server listens on 127.0.0.1. */
export const defaultAddress = '127.0.0.1:7233';
export const defaultNamespace = 'default';

/**
 * Reads Temporal's own environment variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS…`) over the profile in Temporal's configuration file, as every Temporal tool does.
 *
 * @throws {Error} when the file or a variable cannot be used.
 */
export const temporalSettings = (environment: Readonly<Record<string, string | undefined>>): TemporalSettings => {
  const set = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
  return {
    connectionOptions: { ...connectionOptions, address: connectionOptions.address ?? defaultAddress },
    namespace: namespace ?? defaultNamespace,
  };
};
