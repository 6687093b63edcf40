import { useEffect, useState } from 'preact/hooks';
import { combine, type Series } from '../../inspector/series';
import { samples, settings } from '../../inspector/watch';
import { formatNumber } from '../format';
import type { ChartProps } from './Chart';

/** Drawn by uPlot, which comes with the first chart. */
export function Charts() {
  const [Chart, setChart] = useState<((props: ChartProps) => preact.JSX.Element) | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    import('./Chart').then(
      (module) => setChart(() => module.Chart),
      () => setFailed(true),
    );
  }, []);
  const series = combine(samples.value, (settings.value?.sampleSeconds ?? 2) * 1000);
  return (
    <section class="charts" aria-labelledby="charts-title">
      <h2 id="charts-title">The last ten minutes</h2>
      {hasFailed && <p class="muted">The charts could not be loaded. Reload the page to see them.</p>}
      {series.rates[0]!.length < 2 ? (
        <p class="muted">The charts begin with the second figures of a node, in a few seconds.</p>
      ) : (
        Chart && <Drawn Chart={Chart} series={series} />
      )}
    </section>
  );
}

function Drawn({ Chart, series }: { Chart: (props: ChartProps) => preact.JSX.Element; series: Series }) {
  return (
    <div class="chart-grid">
      <Chart title="Events a second" data={series.rates} labels={['Published', 'Received', 'Written']} format={rate} />
      <Chart title="Publish to written" data={series.latency} labels={['Half', '95 %', '99 %']} format={milliseconds} />
      <Chart title="Connections" data={series.connections.slice(0, 2)} labels={['Open']} format={(value) => formatNumber(Math.round(value))} isWhole />
    </div>
  );
}

const rate = (value: number): string => (value >= 100 ? formatNumber(Math.round(value)) : value.toFixed(1));
const milliseconds = (value: number): string => `${value >= 100 ? formatNumber(Math.round(value)) : value.toFixed(1)} ms`;
