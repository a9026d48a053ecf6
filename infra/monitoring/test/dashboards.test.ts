import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listDashboards, type Dashboard } from './programs.ts';

type Place = Dashboard['panels'][number]['gridPos'];

const overlap = (one: Place, other: Place): boolean =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

// Grafana moves what overlaps, and then every reader sees another dashboard than its file says.
test('no panel lies on another or beyond the grid, no line of the grid is half empty', async () => {
  for (const { title, panels } of await listDashboards()) {
    for (const [index, { gridPos, title: name }] of panels.entries()) {
      assert.ok(gridPos.w > 0 && gridPos.h > 0 && gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, name);
      for (const other of panels.slice(index + 1))
        assert.ok(!overlap(gridPos, other.gridPos), `${title}: ${name} lies on ${other.title}`);
    }
    const widths = new Map<number, number>();
    for (const { y, w } of panels.map(({ gridPos }) => gridPos)) widths.set(y, (widths.get(y) ?? 0) + w);
    assert.deepEqual(new Set(widths.values()), new Set([24]), title);
    const ids = panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, `${title}: every panel has an id of its own`);
  }
});

test('every panel names its unit, and it is the one of what it shows', async () => {
  for (const { title, panels } of await listDashboards())
    for (const panel of panels.filter(({ type }) => type !== 'row')) {
      const name = `${title}: ${panel.title}`;
      const unit = panel.fieldConfig?.defaults.unit;
      assert.equal(panel.datasource?.uid, '${datasource}', name);
      assert.ok(unit !== undefined && panel.targets !== undefined && panel.targets.length > 0, name);
      for (const { expr, legendFormat } of panel.targets) {
        assert.ok(legendFormat !== undefined, name);
        // Other things than requests are counted, too.
        if (unit === 'reqps')
          assert.match(expr, /request|rate_limited|http/, `${name}: these are no requests`);
        if (/duration_seconds|response_seconds/.test(expr)) assert.equal(unit, 's', name);
        if (/_bytes\b/.test(expr)) assert.match(unit, /^(bytes|percentunit)$/, name);
      }
    }
});
