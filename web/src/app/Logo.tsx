/** The mark: two lines of print with the corrector's caret between them. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 22 22" width="22" height="22" aria-hidden="true">
      <path className="logo-line" d="M3 5.5h16M3 11h4.2M14.8 11H19" />
      <path className="logo-caret" d="M6.8 18.5 11 11.2l4.2 7.3" />
    </svg>
  );
}
