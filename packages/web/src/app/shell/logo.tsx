/** The mark: the dial of an altimeter. */
export const Logo = ({ word = true }: { readonly word?: boolean }) => (
  <span className="flex items-center gap-2">
    <svg viewBox="0 0 32 32" aria-hidden className="size-6 text-on-accent">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M6.5 20.5a9.5 9.5 0 0 1 19 0M16 20.5 21 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <circle cx="16" cy="20.5" r="2.4" fill="currentColor" />
    </svg>
    {word && <span className="text-[0.9375rem] font-semibold tracking-[-0.01em] text-ink">Dumont</span>}
  </span>
);
