import { config } from 'zod';

// Otherwise Zod tests whether it may compile its checks, which logs an error if the page's security policy forbids it.
config({ jitless: true });
