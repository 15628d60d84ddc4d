import { lanesSuite } from './lanes';

void lanesSuite(() => undefined).then((f) => console.log(f));
