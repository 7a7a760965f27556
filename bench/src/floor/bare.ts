import fastify from 'fastify';
import type { LeadSource } from '../../../server/src/domain/lead-source.ts';
import { leadSourceDocument } from '../../../server/src/http/routes/lead-source.ts';
import { leadSourceOf } from '../traffic.ts';
import { cannedCustomer } from './memory-store.ts';

// The framework alone: it reads the same bodies and writes the same answers, but checks no key.
const app = fastify();
const path = '/customers/:id/lead-source';
const canned = leadSourceOf(2);
const link = (to: string): string => `https://leads.example${to}`;

app.put<{ Params: { id: string }; Body: LeadSource }>(path, async ({ params, body }, reply) => {
  reply.code(201);
  return leadSourceDocument(cannedCustomer(params.id, body), link);
});
app.get<{ Params: { id: string } }>(path, async ({ params }) =>
  leadSourceDocument(cannedCustomer(params.id, canned), link),
);

process.stdout.write(`listens on ${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
