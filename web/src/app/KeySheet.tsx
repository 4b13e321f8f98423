import { t } from '../i18n';
import { bindings, type Section } from '../review/keys';
import { Dialog } from '../ui/Dialog';
import { Kbd } from '../ui/Kbd';
import { change, settings } from './settings';
import { useStore } from './store';

const sections: readonly Section[] = ['decide', 'move', 'select', 'look'];

/** Every key, from the same table that the keyboard uses. */
export function KeySheet({ onClose }: { onClose(): void }) {
  const { vimKeys } = useStore(settings);
  const all = bindings(vimKeys);
  return (
    <Dialog title={t.keys.title} className="keysheet" onClose={onClose} onKeyDown={(event) => event.key === '?' && onClose()}>
      <div className="keysheet-columns">
        {sections.map((section) => (
          <section key={section}>
            <h3>{t.keys.sections[section]}</h3>
            <dl>
              {all
                .filter((binding) => binding.section === section)
                .map((binding) => (
                  <div key={binding.command}>
                    <dt>
                      {binding.command === 'digit' ? <Kbd keys="1–9" /> : binding.keys.map((key) => <Kbd key={key} keys={key} />)}
                    </dt>
                    <dd>{t.keys.commands[binding.command]}</dd>
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
