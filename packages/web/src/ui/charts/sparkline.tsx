interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** What it shows and how it goes: charts are read aloud by this. */
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
  /** The scale; from the values where left out. */
  readonly min?: number;
  readonly max?: number;
}

/** A line without axes; a null leaves a gap. */
export const Sparkline = ({ values, label, width = 96, height = 24, ...scale }: SparklineProps) => {
  const known = values.filter((value) => value !== null);
  const min = scale.min ?? Math.min(...known);
  const span = (scale.max ?? Math.max(...known)) - min || 1;
  const x = (index: number) => 1 + (index / Math.max(1, values.length - 1)) * (width - 2);
  const y = (value: number) => height - 2 - ((value - min) / span) * (height - 4);
  let path = '';
  values.forEach((value, index) => {
    if (value === null) return;
    const start = index === 0 || values[index - 1] === null;
    path += `${start ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  return (
    <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <path d={path} fill="none" stroke="var(--chart-1)" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
};
