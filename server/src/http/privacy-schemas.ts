import {
  type AskedPrivacySettings,
  defaultPrivacySettings,
  longestKeptDays,
} from '../domain/privacy-settings.ts';
import { Type } from './schema-builders.ts';
import { madeBy, settingVersionNumber, versionInput } from './setting-schemas.ts';

const days = (description: string) =>
  Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    minimum: 1,
    maximum: longestKeptDays,
    description,
  });

const members = {
  removeTouchesAfterDays: days(
    'Touches that occurred this many days ago, or earlier, are removed as if they had never been recorded. Null: ' +
      'never.',
  ),
  stripTouchesAfterDays: days(
    'Touches that occurred this many days ago, or earlier, lose their click id, path and referrer; their campaign ' +
      'stays. Null: never.',
  ),
  forgetVisitorsAfterDays: Type.Integer({
    minimum: 1,
    maximum: longestKeptDays,
    description:
      'Visitors who are not linked to a customer are forgotten this many days after they were last seen; ' +
      `${defaultPrivacySettings.forgetVisitorsAfterDays} by default.`,
  }),
};

const PrivacySettings = Type.Object({ version: settingVersionNumber, ...members, ...madeBy });

const asked = {
  ...members,
  forgetVisitorsAfterDays: Type.Unsafe<number | null>({
    ...members.forgetVisitorsAfterDays,
    type: ['integer', 'null'],
  }),
};

const examples = [{ stripTouchesAfterDays: 400 }];

export const PrivacySettingsInput = Type.Unsafe<AskedPrivacySettings & { version?: number | null }>(
  Type.Object(
    { version: Type.Optional(versionInput), ...Type.Partial(Type.Object(asked)).properties },
    { description: 'Absent and null members follow the default. Unknown members are ignored.', examples },
  ),
);

export const RetentionDryRunInput = Type.Unsafe<AskedPrivacySettings>(
  Type.Object(Type.Partial(Type.Object(asked)).properties, {
    description: 'The settings to try, as they would be put.',
    examples,
  }),
);

const moment = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });

const RetentionDryRun = Type.Object({
  removeBefore: moment,
  stripBefore: moment,
  touchesToRemove: Type.Integer({ minimum: 0 }),
  touchesToStrip: Type.Integer({ minimum: 0, description: 'Only those that have something to lose.' }),
  customers: Type.Integer({
    minimum: 0,
    description: 'Customers with any touch that would be removed or stripped.',
  }),
  visitorsToForget: Type.Integer({
    minimum: 0,
    description:
      'Visitors who are not linked to a customer, and have not been seen for that long. Their touches go with them.',
  }),
});

const count = (description: string) => Type.Integer({ minimum: 0, description });

const Erased = Type.Object({
  erasedTime: Type.String({ format: 'date-time' }),
  touches: count('Touches that no longer belong to anybody.'),
  aliases: count('Ids that stood for the customer.'),
  conversions: count('Conversions that no longer belong to anybody.'),
  refunds: count('Refunds of these conversions.'),
  visitors: count('Visitors that were linked to the customer.'),
  deliveries: count('Events and deliveries of webhooks.'),
  answers: count('Answers stored for repeated requests.'),
});

export const privacyComponents = { PrivacySettings, RetentionDryRun, Erased };
