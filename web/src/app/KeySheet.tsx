import { t } from '../i18n';
import { type Binding, bindings, type Section } from '../review/keys';
import { Dialog } from '../ui/Dialog';
import { Kbd } from '../ui/Kbd';
import { change, settings } from './settings';
import { useStore } from './store';

const sections: readonly Section[] = ['decide', 'move', 'select', 'look'];

/** Keys by what they do; commands that read the same share a row. */
function rowsOf(all: readonly Binding[], section: Section): [string, string[]][] {
  const rows = new Map<string, string[]>();
  for (const { command, keys, section: own } of all) {
    if (own !== section) continue;
    const meaning = t.keys.commands[command];
    rows.set(meaning, [...(rows.get(meaning) ?? []), ...(command === 'digit' ? ['1–9'] : keys)]);
  }
  return [...rows];
}

/** Every key, from the same table that the keyboard uses. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  const { vimKeys } = useStore(settings);
  const all = bindings(vimKeys);
  return (
    <Dialog
      title={t.keys.title}
      className="keysheet"
      onClose={onClose}
      onKeyDown={(event) => event.key === '?' && onClose()}
    >
      <div className="keysheet-columns">
        {sections.map((section) => (
          <section key={section}>
            <h3>{t.keys.sections[section]}</h3>
            <dl>
              {rowsOf(all, section).map(([meaning, keys]) => (
                <div key={meaning}>
                  <dt>
                    {keys.map((key) => (
                      <Kbd key={key} keys={key} />
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{t.keys.mouse}</h3>
          <dl>
            {t.keys.pointer.map(([gesture, meaning]) => (
              <div key={gesture}>
                <dt>{gesture}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <label className="checkbox">
        <input type="checkbox" checked={vimKeys} onChange={(event) => change({ vimKeys: event.target.checked })} />
        {t.keys.vim}
      </label>
    </Dialog>
  );
}
