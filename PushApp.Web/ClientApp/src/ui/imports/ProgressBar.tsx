interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; null while it is unknown. */
  readonly value: number | null;
  readonly text: string;
}

export function ProgressBar({ label, value, text }: ProgressBarProps) {
  const percent = value === null ? null : Math.max(0, Math.min(100, Math.round(value * 100)));
  return (
    <div
      class={`progress ${percent === null ? 'unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={text}
    >
      <div class="progress-bar" style={percent === null ? undefined : { width: `${(value ?? 0) * 100}%` }} />
    </div>
  );
}
