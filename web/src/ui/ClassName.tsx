/** How many letters at the end of a long name always show. */
const TAIL = 6;
/** Up to this many letters a name is never cut. */
const SHORT = 10;

/** A class name on one line; too long a one loses its middle, not its end. */
export function ClassName({ name }: { name: string | undefined }) {
  if (!name) return null;
  const letters = Array.from(name);
  const cut = letters.length > SHORT ? letters.length - TAIL : letters.length;
  return (
    <span className="class-label" title={name}>
      <span>{letters.slice(0, cut).join('')}</span>
      {cut < letters.length ? <span>{letters.slice(cut).join('')}</span> : null}
    </span>
  );
}
