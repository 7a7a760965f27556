import { attributionModels } from '../../domain/attribution-models.ts';
import { digitsOf } from '../../domain/conversion.ts';
import { formatAmount } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import { touchId } from '../../domain/touch.ts';
import type { ExplainedTouch, Explanation, ExplanationOperations } from '../../operations/explanation.ts';
import { type Link, type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { presentDocument } from '../tabular.ts';

export function explanationRoutes(operations: ExplanationOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/conversions/:id/attribution',
      permission: 'reports:read',
      operationId: 'GetConversionAttribution',
      tag: 'Reports',
      summary: 'Explain who is credited with a conversion',
      description:
        'The touches that led to it, oldest first, with what each model credits to each of them, and by which rule.',
      refusals: [404],
      answers: {
        200: { description: 'The journey with its credits.', schema: reference('ConversionAttribution') },
      },
      handle: async ({ principal, parameters, link }) => {
        const explanation = await operations.explain(principal, parameters['id'] ?? '');
        return { status: 200, ...presentExplanation(explanation, link) };
      },
    }),
  ];
}

function presentExplanation(explanation: Explanation, link: Link) {
  const { conversion, journey, reason } = explanation;
  const digits = digitsOf(conversion);
  return presentDocument({
    head: {
      conversionId: conversion.id,
      amount: formatAmount(conversion.amount, digits),
      currency: conversion.currency,
      settingsVersion: explanation.settingsVersion,
      channelRulesVersion: explanation.channelRulesVersion,
      lookbackDays: explanation.lookbackDays,
      unattributed: reason !== null,
      ...(reason !== null && { reason }),
    },
    member: 'journey',
    rows: journey,
    documentOf: (entry) => entryDocument(entry, digits),
    tail: () => ({
      _links: [{ rel: 'conversion', href: link(`/conversions/${encodeURIComponent(conversion.id)}`) }],
    }),
  });
}

/** Contains nothing that later events change, as they would a position in the history. */
function entryDocument({ listed, channel, credits }: ExplainedTouch, digits: number) {
  const { touch } = listed;
  const shown = attributionModels.map((model) => {
    const { weight, amount, reason } = credits[model];
    return [model, { weight, amount: formatAmount(amount, digits), reason }];
  });
  return {
    touchId: touchId(listed),
    occurredTime: formatInstant(touch.occurredTime),
    channel,
    ...touch.leadSource,
    credits: Object.fromEntries(shown),
  };
}
