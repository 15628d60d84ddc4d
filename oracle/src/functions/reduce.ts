import { onStep } from './step';

export const handler = onStep('reduce');
