// biome-ignore-all format: made by `npm run refresh-lists`, an entry a line
import type { ListedSite } from './listed.ts';

// Matomo search engine and social list, commit 3b3a82dc of 2026-07-15
// https://github.com/matomo-org/searchengine-and-social-list
// Licence: CC0-1.0

export const aiAssistantsVersion = '3b3a82dc of 2026-07-15';

export const aiAssistants: readonly ListedSite[] = [
  { name: 'Baidu AI', hosts: ['yiyan.baidu.com', 'ai.baidu.com'] },
  { name: 'Chat+', hosts: ['chatplus.com', 'chat-gpt.org'] },
  { name: 'ChatGPT', hosts: ['chatgpt.com', 'chat.openai.com', 'labs.openai.com'] },
  { name: 'Claude', hosts: ['claude.ai'] },
  { name: 'Copilot', hosts: ['copilot.microsoft.com'] },
  { name: 'ChatGLM', hosts: ['chatglm.cn'] },
  { name: 'Deepseek', hosts: ['chat.deepseek.com'] },
  { name: 'Duck.ai', hosts: ['duck.ai'] },
  { name: 'Gemini', hosts: ['gemini.google.com', 'bard.google.com'] },
  { name: 'Grok', hosts: ['grok.com', 'x.com/i/grok'] },
  { name: 'iAsk', hosts: ['iask.ai'] },
  { name: 'Jasper', hosts: ['app.jasper.ai'] },
  { name: 'Le Chat', hosts: ['chat.mistral.ai'] },
  { name: 'Meta AI', hosts: ['meta.ai'] },
  { name: 'NotebookLM', hosts: ['notebooklm.google.com'] },
  { name: 'Perplexity', hosts: ['perplexity.ai'] },
  { name: 'Qwen', hosts: ['chat.qwen.ai'] },
  { name: 'Writesonic', hosts: ['app.writesonic.com'] },
  { name: 'You', hosts: ['you.com'] },
];
