import { useRef } from 'react';
import { Icon } from './Icon';

interface Props {
  name: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  className?: string;
}

/** The browser's own list box in the app's clothes; gives the keys back once chosen with the pointer. */
export function Select({ name, value, options, onChange, className }: Props) {
  const pointed = useRef(false);
  return (
    <span className={`select ${className ?? ''}`}>
      <select
        aria-label={name}
        title={name}
        value={value}
        onPointerDown={() => (pointed.current = true)}
        onKeyDown={() => (pointed.current = false)}
        onChange={(event) => {
          onChange(event.target.value);
          if (pointed.current) event.target.blur();
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="down" size={12} />
    </span>
  );
}
