import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { blocksOf } from '../../../server/test/support/doc-blocks.ts';

export interface Site extends AsyncDisposable {
  readonly port: number;
}

/** What a page has in the script's element besides, in its head before it, in its body, and in its headers. */
interface Page {
  readonly attributes?: string;
  readonly head?: string;
  readonly body?: string;
  readonly policy?: string;
  /** Whose key it uses; that of the shop, which is for its pages alone, where this is left out. */
  readonly key?: keyof Keys;
}

export interface Keys {
  readonly ofShop: string;
  readonly ofAnyone: string;
}

export const fieldNames = [
  'visitorId',
  'path',
  'referrer',
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'subAffiliate',
  'salesAgent',
  'clickId',
] as const;

const inputs = fieldNames.map((name) => `<input type="hidden" name="${name}" data-leadsource="${name}">`);

const pages: Readonly<Record<string, Page>> = {
  '/consent': { attributes: 'data-consent="required"' },
  '/agreed': { attributes: 'data-consent="required"', head: earlyCall(['consent', 'granted']) },
  '/denied': { head: earlyCall(['consent', 'denied']) },
  '/left': { head: earlyCall(['off']) },
  '/off': { attributes: 'data-off' },
  '/shared': { attributes: 'data-domain="shop.example"' },
  '/shared/consent': { attributes: 'data-domain="shop.example" data-consent="required"', key: 'ofAnyone' },
  '/shared/off': { attributes: 'data-domain="shop.example" data-off' },
  '/misplaced': { attributes: 'data-domain="other.example"' },
  '/checkout': { body: `<form>${inputs.join('')}</form>` },
  // Its origin is nobody's, so that the browser gives it no storage.
  '/sandboxed': { policy: 'sandbox allow-scripts', key: 'ofAnyone' },
  '/closed': { policy: "connect-src 'none'" },
};

/** A site whose every page has the script, and a site of searches that leads to it. Both are told apart by their host. */
export async function startSite(script: string, keys: Keys): Promise<Site> {
  const element = ({ attributes = '', key = 'ofShop' }: Page) =>
    `<script defer src="${script}" data-key="${keys[key]}" ${attributes}></script>`;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (!/^([ab]\.)?shop\.example$/.test(request.headers.host ?? '')) {
      response.end('<title>Search</title><a href="http://shop.example/">Shop</a>');
      return;
    }
    const { pathname } = new URL(request.url ?? '/', 'http://shop.example');
    if (pathname === '/documented') {
      response.end(documentedPage(script, keys.ofShop));
      return;
    }
    const page = pages[pathname] ?? {};
    const { head = '', body = '', policy } = page;
    if (policy !== undefined) response.setHeader('content-security-policy', policy);
    const scripts = element(page).repeat(pathname === '/twice' ? 2 : 1);
    response.end(
      `<!doctype html><title>Shop</title>${head}${scripts}<a href="/checkout">Checkout</a>${body}`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A page of what docs/capture.md has for pages: the script's element, an early word on consent, a field of a form. */
function documentedPage(script: string, key: string): string {
  const blocks = blocksOf('docs/capture.md').filter(({ language }) => language === 'html');
  const [element = '', consent = '', field = ''] = blocks.map(({ code }) => code);
  return `<!doctype html><title>Shop</title>${consent}${element}<form>${field}</form>`
    .replace('https://leads.example/capture.js', script)
    .replace('pk_live_…', key);
}

function earlyCall(call: readonly unknown[]): string {
  return `<script>(window.leadsource ||= []).push(${JSON.stringify(call)})</script>`;
}
