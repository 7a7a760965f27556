// biome-ignore-all format: a site a line

/** What campaigns call a site for short, in lower case, by the site's name in the lists. */
export const sourceAliases: Readonly<Record<string, readonly string[]>> = {
  Facebook: ['fb', 'meta'],
  Instagram: ['ig', 'insta'],
  YouTube: ['yt', 'you-tube', 'you_tube'],
  Twitter: ['x', 'tw'],
  LinkedIn: ['li', 'linked-in', 'linked_in'],
  Pinterest: ['pin'],
  TikTok: ['tt', 'tik-tok', 'tik_tok'],
  Snapchat: ['snap'],
  WhatsApp: ['wa', 'whats-app'],
  Telegram: ['tg'],
  Vkontakte: ['vk'],
  Bluesky: ['bsky'],
  'Hacker News': ['hn', 'hackernews'],
  GitHub: ['gh'],
  StackOverflow: ['stack-overflow', 'stack overflow'],
  'Product Hunt': ['producthunt'],
  'Microsoft Teams': ['teams', 'msteams', 'ms-teams'],
  Google: ['goog', 'gmb', 'gbp', 'google-my-business', 'google-business-profile'],
  Bing: ['microsoft-bing'],
  DuckDuckGo: ['ddg', 'duck'],
  'Yahoo!': ['yahoo search'],
  Yandex: ['ya'],
  ChatGPT: ['openai', 'chat-gpt', 'gpt'],
  Claude: ['anthropic'],
  Copilot: ['microsoft-copilot', 'bing-chat'],
  Deepseek: ['deep-seek'],
  'Le Chat': ['mistral', 'lechat'],
  Amazon: ['amzn'],
  Gmail: ['googlemail'],
};

/** Names that mean advertising on a site, in lower case, besides its name followed by `ad` or `ads`. */
export const advertisingNames: Readonly<Record<string, string>> = {
  adwords: 'Google',
};
