import { onSchedule } from './common';

export const handler = onSchedule('answer');
