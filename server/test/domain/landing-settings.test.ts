import { describe, expect, test } from 'vitest';
import { landingSettingFaults, landingSettingLimits } from '../../src/domain/landing-setting-faults.ts';
import {
  defaultLandingSettings,
  ownLandingSettings,
  wholeLandingSettings,
} from '../../src/domain/landing-settings.ts';

describe('own settings of landings', () => {
  test('are none where nothing is asked for, or what is so by default', () => {
    for (const asked of [
      {},
      { ownHosts: null, urlPolicy: null },
      { urlPolicy: {} },
      defaultLandingSettings,
    ]) {
      expect(ownLandingSettings(asked)).toBeNull();
    }
    expect(wholeLandingSettings(null)).toEqual(defaultLandingSettings);
  });

  test('are what differs from the default, and the rest follows it', () => {
    const own = ownLandingSettings({ ...defaultLandingSettings, ownHosts: ['shop.example'] });
    expect(own).toEqual({ ownHosts: ['shop.example'] });
    expect(wholeLandingSettings(own)).toEqual({ ...defaultLandingSettings, ownHosts: ['shop.example'] });
  });

  test('can be empty where the default is not', () => {
    expect(ownLandingSettings({ excludedHosts: [] })).toEqual({ excludedHosts: [] });
  });

  test('of URLs are whole, so that a part of them can be asked for', () => {
    const { urlPolicy } = defaultLandingSettings;
    expect(ownLandingSettings({ urlPolicy: { query: 'strip', allowedParameters: null } })).toEqual({
      urlPolicy: { ...urlPolicy, query: 'strip' },
    });
  });

  test('lose members that settings do not have', () => {
    const affiliateParameters = [{ name: 'partner', field: 'affiliate', colour: 'red' }] as const;
    expect(ownLandingSettings({ affiliateParameters })).toEqual({
      affiliateParameters: [{ name: 'partner', field: 'affiliate' }],
    });
  });
});

describe('settings that are asked for', () => {
  const host = 'shop.example';

  test.each([
    {},
    defaultLandingSettings,
    { ownHosts: null, excludedHosts: [], parameterFamilies: ['matomo', 'plain'], unknown: 1 },
    { ownHosts: ['Shop.Example', 'a-b.example', '_dmarc.example', '192.0.2.7', 'xn--bcher-kva.example'] },
    { urlPolicy: { query: 'keep', redactedParameters: ['*token*'], allowedParameters: null } },
  ])('%# are valid: %j', (candidate) => {
    expect(landingSettingFaults(candidate)).toEqual([]);
  });

  test.each([
    [null, ['']],
    [[], ['']],
    [{ ownHosts: host, excludedHosts: {} }, ['ownHosts', 'excludedHosts']],
    [
      { ownHosts: [host, `https://${host}`, `${host}/x`, `${host}:80`] },
      [1, 2, 3].map((n) => `ownHosts.${n}`),
    ],
    [{ ownHosts: ['com', '', '.example', 'a..b', `${host}.`] }, [0, 1, 2, 3, 4].map((n) => `ownHosts.${n}`)],
    [
      { ownHosts: ['-a.example', 'a-.example', 'bücher.example', 7] },
      [0, 1, 2, 3].map((n) => `ownHosts.${n}`),
    ],
    [{ ownHosts: [`${'a.'.repeat(126)}example`] }, ['ownHosts.0']],
    [{ parameterFamilies: ['utm'] }, ['parameterFamilies.0']],
    [
      { affiliateParameters: [1, {}] },
      ['affiliateParameters.0', 'affiliateParameters.1.name', 'affiliateParameters.1.field'],
    ],
    [{ urlPolicy: [] }, ['urlPolicy']],
    [
      { urlPolicy: { query: 'drop', allowedParameters: [''], redactedParameters: ['a\0', 'x'.repeat(65)] } },
      [
        'urlPolicy.query',
        'urlPolicy.allowedParameters.0',
        'urlPolicy.redactedParameters.0',
        'urlPolicy.redactedParameters.1',
      ],
    ],
    [{ ownHosts: Array(landingSettingLimits.hosts + 1).fill(host) }, ['ownHosts']],
  ])('%# are told all their faults', (candidate, fields) => {
    const faults = landingSettingFaults(candidate);
    expect(faults.map(({ field }) => field)).toEqual(fields);
    for (const { message } of faults) expect(message).toMatch(/^must .+[^.]$/);
  });
});
