#!/usr/bin/env node
import { serve } from './serve.ts';

await serve();
