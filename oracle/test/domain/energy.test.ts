import { Kind } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { judgeTrace, kindOf } from '../../src/domain';
import { clearSky, highestSun, sineOfSunHeight } from '../../src/domain/sun';
import { DAY, GOLDEN, HOUR, MINUTE, makePolicy, NOON } from './support';

const QUARTER = 15 * MINUTE;
const CAPACITY = 6000;
/** About solar midnight in Golden before `NOON`. */
const MIDNIGHT = NOON - 12 * HOUR;

interface Point {
  start: number;
  watts: number;
}

/** Two clear days of a horizontal panel, with some haze that is always the same. */
function clearDays(seconds = QUARTER): Point[] {
  return Array.from({ length: (2 * DAY) / seconds }, (_, i) => {
    const start = MIDNIGHT + i * seconds;
    const height = sineOfSunHeight(start + seconds / 2, GOLDEN.latitude, GOLDEN.longitude);
    const haze = 1 - (((i * 7919) % 101) / 101) * 0.01;
    return { start, watts: height > 0 ? 0.85 * CAPACITY * height * haze : -3 };
  });
}

/** Reasons by position, or the outcomes of reports without one. */
function judge(points: readonly Point[], seconds = QUARTER, scale = 1000, capacity = CAPACITY): string[] {
  const readings = points.map(({ start, watts }) => {
    return { start, seconds, value: BigInt(Math.round((watts * scale * seconds) / HOUR)) };
  });
  const policy = makePolicy();
  const kind = kindOf(Kind.energy)!;
  const verdicts = judgeTrace({ kind, capacity, ...GOLDEN, policy, scale, readings });
  return [...verdicts].map(({ outcome, reasons }) => reasons[0] ?? outcome);
}

/** The position of an hour on the second day. */
const at = (hour: number, seconds = QUARTER): number => (DAY + hour * HOUR) / seconds;

/** Judges two days after `change` altered some positions; returns what was rejected or zeroed by day, by position. */
function judgeChanged(
  change: (points: Point[]) => void,
  seconds = QUARTER,
  scale = 1000,
): [number, string][] {
  const points = clearDays(seconds);
  change(points);
  const usual = ['accepted', 'own-draw'];
  return judge(points, seconds, scale).flatMap((reason, i): [number, string][] =>
    usual.includes(reason) ? [] : [[i, reason]],
  );
}

/** Returns the same reason at `count` positions. */
const all = (reason: string, first: number, count: number): [number, string][] =>
  Array.from({ length: count }, (_, i) => [first + i, reason]);

const hold = (points: Point[], first: number, count: number): void => {
  for (let i = 1; i < count; i++) points[first + i]!.watts = points[first]!.watts;
};

describe('rules of energy over time', () => {
  it('accept clear days, with consumption at night counting as zero', () => {
    expect(judgeChanged(() => {})).to.deep.equal([]);
    expect(judge(clearDays()).slice(0, 4)).to.deep.equal(Array(4).fill('own-draw'));
  });

  describe('frozen-value', () => {
    it('rejects a whole stretch by day, including its first reading', () => {
      expect(judgeChanged((points) => hold(points, at(9), 8))).to.deep.equal(all('frozen-value', at(9), 8));
    });
    it('needs at least three readings', () => {
      expect(judgeChanged((points) => hold(points, at(8), 2))).to.deep.equal([]);
      expect(judgeChanged((points) => hold(points, at(8), 3))).to.have.length(3);
    });
    it('continues through a night and a gap', () => {
      const bad = judgeChanged((points) => {
        const evening = DAY / QUARTER - 6 * 4;
        for (let i = 1; i < 15 * 4; i++) points[evening + i]!.watts = points[evening]!.watts;
        points.splice(at(7), 4);
      });
      expect(bad.filter(([, reason]) => reason === 'frozen-value')).to.have.length.above(8);
      expect(bad.at(-1)).to.deep.equal([at(7) + 3, 'frozen-value']);
      expect(bad).to.have.length(56);
    });
    it("accepts zeros for up to four hours, and a device's own consumption", () => {
      const zeros = (points: Point[]) => {
        for (let i = 0; i < 16; i++) points[at(9) + i]!.watts = 0;
      };
      expect(judgeChanged(zeros)).to.deep.equal([]);
    });
    it('zeroes longer times without power under a high sun, but not at dawn, dusk or night', () => {
      const bad = judgeChanged((points) => {
        for (let i = 0; i < 24 * 4; i++) points[at(0) + i]!.watts = 0;
      });
      const hours = bad.map(([i]) => (i - at(0)) / 4);
      expect(new Set(bad.map(([, reason]) => reason))).to.deep.equal(new Set(['frozen-value']));
      expect(Math.min(...hours)).to.be.within(5, 8);
      expect(Math.max(...hours)).to.be.within(16, 19);
      const points = clearDays();
      for (const point of points.slice(at(0))) point.watts = 0;
      const readings = points.map(({ start, watts }) => {
        return { start, seconds: QUARTER, value: BigInt(Math.round(watts)) };
      });
      const [kind, policy] = [kindOf(Kind.energy)!, makePolicy()];
      const verdicts = [...judgeTrace({ kind, capacity: CAPACITY, ...GOLDEN, policy, scale: 4, readings })];
      expect(verdicts[at(12)]).to.deep.include({ outcome: 'zeroed', reasons: ['frozen-value'] });
    });
    it('rejects frozen consumption if it varies at other times', () => {
      const moving = (points: Point[]) => {
        for (const [i, point] of points.entries())
          if (point.watts < 0) point.watts = -3 - ((i * 7) % 11) / 50;
      };
      expect(judgeChanged(moving)).to.deep.equal([]);
      const bad = judgeChanged((points) => {
        moving(points);
        for (let i = 0; i < 17; i++) points[at(0) + 1 + i]!.watts = -3.1;
      });
      expect(bad).to.deep.equal(all('frozen-value', at(0) + 1, 17));
    });
    it('accepts a meter whose coarse steps explain it, with one reading or none between the steps', () => {
      const coarse = clearDays().map(({ start, watts }) => ({ start, watts: Math.round(watts / 200) * 200 }));
      expect(judge(coarse).filter((reason) => reason === 'frozen-value')).to.deep.equal([]);
      coarse[at(9)]!.watts += 70;
      expect(judge(coarse).filter((reason) => reason === 'frozen-value')).to.deep.equal([]);
    });
    it('accepts a logger that asks more often than its meter answers', () => {
      const minutes = clearDays(MINUTE);
      const held = minutes.map(({ start }, i) => ({ start, watts: minutes[i - (i % 15)]!.watts }));
      expect(judge(held, MINUTE).filter((reason) => reason === 'frozen-value')).to.deep.equal([]);
    });

    describe('accepts what an inverter holds:', () => {
      const cut = (points: Point[], share: number, from = 0, to = points.length) => {
        for (const point of points.slice(from, to)) point.watts = Math.min(point.watts, share * CAPACITY);
      };
      it('its limit below the capacity, day after day or for the first time', () => {
        expect(judgeChanged((points) => cut(points, 0.613))).to.deep.equal([]);
        const first = clearDays().slice(0, DAY / QUARTER);
        cut(first, 0.613);
        expect(judge(first)).to.not.include('frozen-value');
      });
      it('but not a level that it exceeded the day before', () => {
        const bad = judgeChanged((points) => cut(points, 0.613, at(0)));
        expect(new Set(bad.map(([, reason]) => reason))).to.deep.equal(new Set(['frozen-value']));
      });
      it('its capacity', () => {
        const capacity = 3500;
        const points = clearDays().map(({ start, watts }) => ({ start, watts: Math.min(watts, 3480) }));
        expect(judge(points, QUARTER, 1000, capacity)).to.not.include('frozen-value');
      });
      it('a tenth of the capacity requested by the grid, with light for more', () => {
        expect(judgeChanged((points) => cut(points, 0.3, at(10), at(14)))).to.deep.equal([]);
        expect(judgeChanged((points) => cut(points, 0.33, at(10), at(14)))).to.have.length(16);
      });
      it('a level that it returns to between clouds, even if it was above it before', () => {
        const cloudy = (points: Point[]) => {
          cut(points, 0.33, at(9), at(15));
          for (const i of [at(10), at(11.5), at(13)]) points[i]!.watts *= 0.4;
        };
        expect(judgeChanged(cloudy)).to.deep.equal([]);
      });
    });
  });

  describe('interpolated', () => {
    const draw = (points: Point[], first: number, count: number) => {
      const [a, b] = [points[first]!.watts, points[first + count - 1]!.watts];
      for (let i = 1; i < count - 1; i++) points[first + i]!.watts = a + ((b - a) * i) / (count - 1);
    };
    it('rejects a straight line between its measured ends', () => {
      expect(judgeChanged((points) => draw(points, at(8), 9))).to.deep.equal(
        all('interpolated', at(8) + 1, 7),
      );
      expect(judgeChanged((points) => draw(points, at(14), 5))).to.deep.equal(
        all('interpolated', at(14) + 1, 3),
      );
    });
    it('accepts four readings, which may be in line by chance', () => {
      expect(judgeChanged((points) => draw(points, at(8), 4))).to.deep.equal([]);
    });
    it('accepts the straight part of a clear morning, as rounded by a meter with steps of a few watts', () => {
      const coarse = clearDays().map(({ start, watts }) => ({ start, watts: Math.round(watts / 20) * 20 }));
      for (let i = 0; i < 12; i++) coarse[at(7.5) + i]!.watts = 2000 + 160 * i;
      coarse[at(7.5) - 1]!.watts = 1820;
      coarse[at(7.5) + 12]!.watts = 3900;
      expect(judge(coarse)).to.not.include('interpolated');
    });
    it('accepts the lines of a meter with coarse steps', () => {
      const coarse = clearDays().map(({ start, watts }) => ({ start, watts: Math.round(watts / 300) * 300 }));
      expect(judge(coarse)).to.not.include('interpolated');
    });
  });

  describe('spike', () => {
    const raise = (points: Point[], hour: number, factor: number, count = 1, seconds = QUARTER) => {
      for (let i = 0; i < count; i++) points[at(hour, seconds) + i]!.watts *= factor;
    };
    it('rejects one or two readings above a clear and steady sky', () => {
      expect(judgeChanged((points) => raise(points, 10, 1.25))).to.deep.equal(all('spike', at(10), 1));
      expect(judgeChanged((points) => raise(points, 10, 1.25, 2))).to.deep.equal(all('spike', at(10), 2));
    });
    it('accepts a gap in the clouds, however sudden', () => {
      const clouds = (points: Point[]) => {
        for (const [i, point] of points.slice(at(6), at(18)).entries()) if (i % 9) point.watts *= 0.15;
      };
      expect(judgeChanged(clouds)).to.deep.equal([]);
    });
    it('accepts light that a cloud concentrates for a minute', () => {
      expect(judgeChanged((points) => raise(points, 10, 1.3, 1, MINUTE), MINUTE)).to.deep.equal([]);
      expect(judgeChanged((points) => raise(points, 10, 1.75, 1, MINUTE), MINUTE)).to.have.length(1);
    });
  });

  it('dropout: zeroes a brief zero by day, accepts a longer one and one at dusk', () => {
    const drop = (hour: number, count: number) => (points: Point[]) => {
      for (let i = 0; i < count; i++) points[at(hour) + i]!.watts = 0;
    };
    expect(judgeChanged(drop(11, 1))).to.deep.equal(all('dropout', at(11), 1));
    expect(judgeChanged(drop(11, 3))).to.deep.equal([]);
    expect(judgeChanged(drop(18.5, 1))).to.deep.equal([]);
  });

  it('jump: rejects the higher of two readings that differ by more than the capacity', () => {
    const jump = (points: Point[]) => {
      for (let i = 0; i < 4; i++) points[at(12) + i]!.watts = 0.02 * CAPACITY;
      for (let i = 4; i < 8; i++) points[at(12) + i]!.watts = 1.1 * CAPACITY;
    };
    expect(judgeChanged(jump)).to.deep.equal(all('jump', at(12) + 4, 1));
  });

  describe('light that clouds gather', () => {
    const share = (of: number, seconds: number, minutes: number) =>
      Array.from({ length: (minutes * MINUTE) / seconds }, (_, i) => {
        const start = NOON - 3 * HOUR + i * seconds;
        const height = highestSun(start, seconds, GOLDEN.latitude, GOLDEN.longitude);
        return { start, watts: (clearSky(height) * CAPACITY * of * (1 - 0.01 * ((i * 7919) % 3))) / 1000 };
      });
    const accepted = (points: readonly Point[], seconds: number): number =>
      judge(points, seconds).reduce(
        (sum, code, i) => (code === 'accepted' ? sum + points[i]!.watts : sum),
        0,
      );

    for (const seconds of [60, 120, 300, 420, 600])
      it(`above-clear-sky: the wider margin all day in reports of ${seconds} s earns no more than the ordinary one`, () => {
        const usual = share(1.35, seconds, 150).reduce((sum, { watts }) => sum + watts, 0);
        expect(accepted(share(1.6, seconds, 150), seconds)).to.be.at.most(usual * 1.03);
      });
    it('accepts it for minutes, and ordinary light always', () => {
      const points = share(0.9, 300, 60);
      points[5] = { ...points[5]!, watts: (points[5]!.watts / 0.9) * 1.5 };
      expect(judge(points, 300).filter((code) => code === 'above-clear-sky')).to.deep.equal([]);
      expect(judge(share(1.3, 300, 60), 300)).to.deep.equal(Array(12).fill('accepted'));
    });
  });
});
