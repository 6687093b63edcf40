import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface ChartProps {
  readonly title: string;
  readonly data: readonly (readonly (number | null)[])[];
  readonly labels: readonly string[];
  readonly format: (value: number) => string;
  /** Counts: the axis has no 2.5. */
  readonly isWhole?: boolean;
}

const Height = 170;
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const wholeSteps = Array.from({ length: 7 }, (_, digits) => [1, 2, 5].map((step) => step * 10 ** digits)).flat();
const strokes = ['--chart-1', '--chart-2', '--chart-3'] as const;

/** Lines over time. The newest values stand beside them in words, for whoever does not see the lines. */
export function Chart({ title, data, labels, format, isWhole = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(data);
  newest.current = data;

  useEffect(() => {
    const element = place.current!;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const draw = (): void => {
      plot.current?.destroy();
      const style = getComputedStyle(element);
      const colour = (name: string): string => style.getPropertyValue(name).trim();
      const axis = { stroke: colour('--ink-2'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: `11px ${colour('--font')}` };
      plot.current = new uPlot(
        {
          width: element.clientWidth,
          height: Height,
          legend: { show: false },
          cursor: { y: false, points: { size: 6 } },
          // To the right half a time's width: the last one may stand at the edge.
          padding: [8, 26, 0, 0],
          scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
          axes: [
            { ...axis, size: 26, space: 70, values: (_plot, seconds) => seconds.map((at) => clock.format(at * 1000)) },
            { ...axis, size: 54, values: (_plot, values) => values.map(format), ...(isWhole && { incrs: wholeSteps }) },
          ],
          series: [
            {},
            ...labels.map((label, index) => ({ label, stroke: colour(strokes[index]!), width: 1.75, points: { show: false, filter: (plot: uPlot, line: number) => lonely(plot.data[line]!), size: 5, fill: colour(strokes[index]!) }, spanGaps: false })),
          ],
        },
        newest.current as unknown as uPlot.AlignedData,
        element,
      );
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: Height }));
    resized.observe(element);
    scheme.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => plot.current?.setData(data as unknown as uPlot.AlignedData), [data]);

  return (
    <figure class="card chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="chart-legend">
          {labels.map((label, index) => {
            const value = lastOf(data[index + 1] ?? []);
            return (
              <span key={label} class={`chart-key chart-key-${index + 1}`}>
                {label} <strong class="tabular">{value === null ? '–' : format(value)}</strong>
              </span>
            );
          })}
        </span>
      </figcaption>
      <div class="chart-place" ref={place} aria-hidden="true" />
    </figure>
  );
}

/** Where a value stands between gaps: no line leads to it, so it is drawn as a dot. Null for nowhere. */
export function lonely(values: ArrayLike<number | null | undefined>): number[] | null {
  const found: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (values[at] != null && values[at - 1] == null && values[at + 1] == null) {
      found.push(at);
    }
  }
  return found.length > 0 ? found : null;
}

function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
