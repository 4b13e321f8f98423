import type { Item } from '../api/types';
import { t } from '../i18n';
import { Thumb } from '../ui/Thumb';

/** Where else the same picture is, and under which label. */
export function Others({ item, name }: { item: Item; name: (id: number) => string }) {
  if (item.others.length === 0) return null;
  return (
    <section>
      <h3>{t.peek.others}</h3>
      <ul className="peek-others">
        {item.others.map((other) => (
          <li key={other.image}>
            <Thumb image={other.image} size={44} />
            <span>
              <strong>{name(other.given)}</strong>
              <small title={other.path}>{other.path}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
