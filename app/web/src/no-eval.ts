import { config } from 'zod';

// Zod would try out whether it may compile its checks; a page whose policy forbids that gets an error in its console.
config({ jitless: true });
