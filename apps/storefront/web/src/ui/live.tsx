/** Whether what is shown is of now: word and mark, not colour alone. */
export const Live = ({ isLive }: { readonly isLive: boolean }) => (
  <span role="status" className={isLive ? 'live' : 'live off'}>
    {isLive ? '● Ao vivo' : '○ Reconectando…'}
  </span>
);
