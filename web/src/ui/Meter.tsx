/** A share of a whole as a thin bar; the number beside it says the same. */
export function Meter({
  value,
  label,
  tone = 'accent',
}: {
  value: number;
  label: string;
  tone?: 'accent' | 'quiet' | 'warm';
}) {
  const share = Math.max(0, Math.min(1, Number.isFinite(value) ? value : 0));
  return (
    <span className={`meter meter-${tone}`} role="img" aria-label={label}>
      <span style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}
