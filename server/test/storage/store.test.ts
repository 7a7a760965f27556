import { describe } from 'vitest';
import { engines } from './engines.ts';
import { storeContract } from './store-contract.ts';

describe.each(engines)('the store on $name', storeContract);
