import { lazy, type ReactElement } from 'react';
import type { PictureProps } from './picture-data.ts';

const Tsp = lazy(() => import('./tsp.tsx'));
const Vrp = lazy(() => import('./vrp.tsx'));
const Knapsack = lazy(() => import('./knapsack.tsx'));
const GraphColoring = lazy(() => import('./graph-coloring.tsx'));
const BarCutting = lazy(() => import('./bar-cutting.tsx'));
const BinPacking = lazy(() => import('./two-dimension-bin-packing.tsx'));
const Rostering = lazy(() => import('./rostering.tsx'));
const FacilityLocation = lazy(() => import('./facility-location.tsx'));
const Project = lazy(() => import('./hk-2020-dag.tsx'));
const Model = lazy(() => import('./solve-model-dag.tsx'));
const Roadef = lazy(() => import('./roadef.tsx'));
const Timer = lazy(() => import('./timer.tsx'));

type Draw = (props: PictureProps) => ReactElement;

/** Pictures that want the whole width: time runs across them. */
export const widePictures: ReadonlySet<string> = new Set(['rostering', 'hk_2020_dag', 'roadef']);

/** The picture of each app's solutions, by the id of the app; its code is loaded when one is looked at. */
export const pictures: ReadonlyMap<string, Draw> = new Map<string, Draw>([
  ['tsp', (props) => <Tsp {...props} />],
  ['vrp', (props) => <Vrp {...props} />],
  ['knapsack', (props) => <Knapsack {...props} />],
  ['graph_coloring', (props) => <GraphColoring {...props} />],
  ['bar_cutting', (props) => <BarCutting {...props} />],
  ['two-dimension-bin-packing', (props) => <BinPacking {...props} />],
  ['rostering', (props) => <Rostering {...props} />],
  ['facility_location', (props) => <FacilityLocation {...props} />],
  ['hk_2020_dag', (props) => <Project {...props} />],
  ['solve_model_dag', (props) => <Model {...props} />],
  ['roadef', (props) => <Roadef {...props} />],
  ['timer', (props) => <Timer {...props} />],
]);
