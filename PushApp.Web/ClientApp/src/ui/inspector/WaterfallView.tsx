import { formatSpan, waterfall } from '../../inspector/steps';
import type { Journey } from '../../inspector/types';

export function WaterfallView({ journey }: { journey: Journey }) {
  const { steps, start, end } = waterfall(journey);
  if (steps.length === 0) {
    return null;
  }
  const length = Math.max(end - start, 0.001);
  return (
    <ol class="waterfall" aria-label="Steps of the journey">
      {steps.map((step, index) => {
        const from = Math.min(step.from, step.at);
        return (
          <li key={`${step.kind} ${step.where} ${index}`} class={`step step-${step.kind}`} data-step={step.kind}>
            <span class="step-words">
              <strong>{step.label}</strong>
              <span class="muted breaks" title={step.host || undefined}>
                {step.where}
                {step.host !== '' && <span class="host"> {step.host}</span>}
              </span>
            </span>
            <span class="step-track" aria-hidden="true">
              <span class="step-bar" style={{ left: `${((from - start) / length) * 100}%`, width: `${((step.at - from) / length) * 100}%` }} />
            </span>
            <span class="step-times tabular">
              <strong title="Since the step before">{index === 0 ? '0 ms' : `+${formatSpan(Math.max(0, step.at - step.from))}`}</strong>
              <span class="muted" title="Since the beginning">
                at {formatSpan(step.at - start)}
              </span>
            </span>
            <span class="step-detail muted">{step.detail}</span>
          </li>
        );
      })}
    </ol>
  );
}
