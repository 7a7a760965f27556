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
    'Touches that occurred so many days ago are removed, as if they had never been told. Null: never.',
  ),
  stripTouchesAfterDays: days(
    'Touches that occurred so many days ago lose their click id, path and referrer; their campaign stays. Null: never.',
  ),
  forgetVisitorsAfterDays: Type.Integer({
    minimum: 1,
    maximum: longestKeptDays,
    description: `Visitors linked to nobody are forgotten so many days after they were last heard of; ${defaultPrivacySettings.forgetVisitorsAfterDays} by default.`,
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
    { description: 'Absent members and null are as by default. Unknown members are ignored.', examples },
  ),
);

export const RetentionDryRunInput = Type.Unsafe<AskedPrivacySettings>(
  Type.Object(Type.Partial(Type.Object(asked)).properties, {
    description: 'Settings as they would be put.',
    examples,
  }),
);

const moment = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });

const RetentionDryRun = Type.Object({
  removeBefore: moment,
  stripBefore: moment,
  touchesToRemove: Type.Integer({ minimum: 0 }),
  touchesToStrip: Type.Integer({ minimum: 0, description: 'Those that have something to lose.' }),
  customers: Type.Integer({
    minimum: 0,
    description: 'Of whom any touch would be removed or stripped.',
  }),
  visitorsToForget: Type.Integer({
    minimum: 0,
    description:
      "Visitors who are nobody's, and have not been heard of for so long. Their touches go with them.",
  }),
});

const count = (description: string) => Type.Integer({ minimum: 0, description });

const Erased = Type.Object({
  erasedTime: Type.String({ format: 'date-time' }),
  touches: count("Touches that are nobody's any more."),
  aliases: count('Ids that stood for the customer.'),
  conversions: count("Conversions that are nobody's any more."),
  refunds: count('Refunds of these.'),
  visitors: count('Visitors that were linked to the customer.'),
  deliveries: count('Events and deliveries of webhooks.'),
  answers: count('Answers that were kept for repeated requests.'),
});

export const privacyComponents = { PrivacySettings, RetentionDryRun, Erased };
